# The console's words. State of this catalogue: reviewed, 2026-11-24, product design.

# ---- dates, spans, zones
month-1 = Jan
month-2 = Feb
month-3 = Mar
month-4 = Apr
month-5 = May
month-6 = Jun
month-7 = Jul
month-8 = Aug
month-9 = Sep
month-10 = Oct
month-11 = Nov
month-12 = Dec
weekday-0 = Mon
weekday-1 = Tue
weekday-2 = Wed
weekday-3 = Thu
weekday-4 = Fri
weekday-5 = Sat
weekday-6 = Sun
every-day = every day
zone-name = { $place } time
span-days = { $n ->
    [one] { $count } day
   *[other] { $count } days
}
span-hours = { $count } h
span-minutes = { $count } min
span-seconds = { $count } s
span-tenths = { $count } s
span-ms = { $count } ms
ago = { $span } ago
deadline = { $whose }: { $when }
deadline-in = in { $span }
deadline-late = { $span } late

# ---- words that many pages use
fairlock = Fairlock
skip = Skip to content
nav-label = Main
nav-contracts = Contracts
nav-rules = Rules
find-label = Contract, reference or IMEI
find-go = Find
not-known = not known
none = none
never = never
not-yet = not yet
connected = connected
yes = yes
differs = differs
as-of = As of { $when }
printed = printed { $when }
theme-label = Colours
theme-auto = As the device
theme-light = Light
theme-dark = Dark
theme-set = Set
density-label = Rows
density-compact = Compact rows
density-comfortable = Comfortable rows
test-lender = Test lender: no lender is set up yet. House and fictional rule packs may stand alone.
live-stale = Not live since the connection ended. Reload to see what is new.
live-reload = Reload
verdict-met = met
verdict-not-met = not met
verdict-blocked = stopped
verdict-not-applicable = not applicable
level-free = free
level-remind = remind
level-reduce = reduce
level-lock = lock
level-released = released
pager-label = Pages
pager-previous = First 50
pager-next = Next 50
pager-older = Older events
days-past-due = { $n ->
    [0] due today or later
    [one] { $count } day past due
   *[other] { $count } days past due
}
decision = decision { $hash }
acted-on = paid on { $day }
refused-codes = refused or cut: { $codes }

# ---- holds
hold-payment-in-doubt = payment in doubt
hold-feed = feed not whole
hold-promise = promise to pay
hold-dispute = dispute
hold-grievance = grievance
hold-wrong-person = wrong person
hold-hardship = hardship
hold-insolvency = insolvency
hold-death = death
hold-court = court order
hold-theft = theft
hold-warranty = warranty
hold-goodwill = goodwill
hold-disaster = disaster
hold-outage = outage
hold-human-review = human review
hold-lowers = lowers to remind until answered
hold-stands-still = no level rises
hold-since = since { $when }
hold-until = until { $when }
hold-open = until ended
holds-none = No hold.

# ---- portfolio
portfolio-title-none = Nothing needs a person now
portfolio-title = { $n ->
    [one] { $count } thing needs a person
   *[other] { $count } things need a person
}
portfolio-thing = contracts
needs-label = Needs a person
needs-none = All feeds are whole, all money is matched, and no grant was refused.
need-feed = Feed { $name } is not whole: { $n ->
    [0] no contract stands still
    [one] { $count } contract stands still
   *[other] { $count } contracts stand still
}
need-parked = { $n ->
    [one] { $count } message could not be read
   *[other] { $count } messages could not be read
}
need-suspense = { $n ->
    [one] { $count } payment matches no contract
   *[other] { $count } payments match no contract
}
need-troubled = { $n ->
    [one] { $count } grant is held, refused or cut
   *[other] { $count } grants are held, refused or cut
}
need-notices-failed = { $n ->
    [one] { $count } notice could not be sent
   *[other] { $count } notices could not be sent
}
need-could-be = could be
need-age = oldest { $span }
levels-label = Contracts by wanted level
bands-label = Days past due
band-0 = none past due
band-1-30 = 1 to 30 days
band-31-60 = 31 to 60 days
band-61-90 = 61 to 90 days
band-over-90 = over 90 days
speeds-label = Paid to usable, 30 days
speeds-received = Received to usable
speeds-acted = Acted to usable
speeds-median = half within
speeds-p99 = 99 of 100 within
speeds-none = No payment has freed a phone in 30 days.
speeds-n = { $n ->
    [one] over { $count } payment that freed a phone
   *[other] over { $count } payments that freed a phone
}
speeds-not-yet = { $n ->
    [one] { $count } waits for its phone
   *[other] { $count } wait for their phones
}
feeds-label = Feeds
feeds-none = No feed is watched. Feeds are named in the configuration.
feed-healthy = whole
feed-stale = silent
feed-gap = gap
feed-since = since { $when }
feed-complete = complete to { $when }
feed-complete-never = never complete yet
feed-heartbeat = last news { $ago }
feed-period = expected every { $span }
feed-shielded = { $n ->
    [0] none stands still
    [one] { $count } stands still
   *[other] { $count } stand still
}
list-label = Contracts
filter-level = Level
filter-band = Past due
filter-hold = Hold
filter-feed = Feed
filter-any = any
filter-with-phone = With a phone
filter-apply = Filter
filter-remove = remove filter
filters-label = Filters
found = { $n ->
    [one] { $count } contract
   *[other] { $count } contracts
}
found-more = more than { $count } contracts
rows-none = No contract yet. Import contracts with: fairlock import contracts FILE.csv
rows-no-match = No contract matches these filters.
col-ref = Contract
col-borrower = Borrower
col-level = Level
col-dpd = Past due
col-arrears = Arrears
col-hold = Hold
col-heard = Heard
col-next = Looked at next
days-short = { $n ->
    [0] –
    [one] { $count } day
   *[other] { $count } days
}
wanted-is = wanted { $level }
no-phone = no phone

# ---- contract
contract-thing = contract { $id }
said-free = Open, as wanted.
said-remind = Open with a reminder, as wanted.
said-reduce = Some apps are paused, as wanted.
said-lock = Locked, as wanted.
said-released = Released, as wanted.
said-differs-free = Open is reported, { $wanted } is wanted.
said-differs-remind = A reminder is reported, { $wanted } is wanted.
said-differs-reduce = Paused apps are reported, { $wanted } is wanted.
said-differs-lock = Locked is reported, { $wanted } is wanted.
said-differs-released = Released is reported, { $wanted } is wanted.
said-unreported = No report yet, { $wanted } is wanted.
said-no-phone = No phone is enrolled, { $wanted } is wanted.
owes-nothing = Nothing is past due.
owes-closed = Nothing is owed.
owes-opens = { $amount } opens it.
owes-past-due = { $amount } is past due.
action-evidence = Evidence
action-why = Why?
action-phone = What the borrower sees
five-label = The level, five facts
fact-wanted = Wanted
fact-signed = Signed
fact-delivered = Delivered
fact-applied = Applied
fact-reported = Reported
fact-seq = grant { $seq }
fact-waits = waits for its signature
fact-nothing-signed = no grant yet
figure-dpd = Days past due
figure-arrears = Arrears
figure-restore = Brings it back to free
figure-payoff = Closes the contract
holds-label = Holds
next-label = Next change
next-step = { $level } not before { $when }
next-stopped = Holds stop this now.
next-notice = Notice due: { $notice }
next-none = Nothing changes by itself.
next-review = Looked at again { $when }
last-payment-label = Last payment
last-payment-none = No payment seen yet.
schedule-label = Schedule
schedule-finding = { $n ->
    [one] { $count } of { $of } instalments is covered
   *[other] { $count } of { $of } instalments are covered
}
schedule-desc = One bar an instalment, in order of due day; filled as far as it is covered.
schedule-due = Due
schedule-amount = Amount
schedule-covered-by = Covered by
schedule-uncovered = Uncovered
schedule-moved = counts as due { $day }
schedule-total = Total
schedule-folded = { $n ->
    [one] { $count } paid instalment
   *[other] { $count } paid instalments
}
schedule-in = Amounts in { $currency }.
key-covered = covered
key-uncovered = past due
key-future = to come
payments-label = Payments
payments-none = No payment yet. A statement or callback of feed { $feed } brings them.
payments-none-no-feed = No payment yet.
pay-state-booked = booked
pay-state-pending = pending
pay-state-failed = failed
pay-failed-why = Failed: { $reason }.
pay-state-reversed = reversed
pay-in-suspense = in suspense: matches no contract yet
pay-waits-booking = waits for the booking
pay-no-grant = needed no new grant
pay-waits-signature = waits for the signature
pay-waits-phone = waits for the phone
pay-speeds = Acted to usable { $acted }, received to usable { $received }.
pay-speed-received = Received to usable { $received }.
from-source = from { $source }
notices-label = Notices
notices-none = No notice was due or served.
notice-col = Notice
notice-state = State
notice-proofs = Proof by channel
notice-due-at = due { $when }
notice-served-at = served { $when }
messages-label = Messages
messages-none = No message went out to the borrower, and none waits.
messages-cost = cost so far
messages-more = { $n ->
    [one] { $count } older message isn't shown; the evidence file has it.
   *[other] { $count } older messages aren't shown; the evidence file has them.
}
message-col = Message
message-state = State
message-said = Why, cost, text, length
message-round = said { $count } times
message-waiting = waits until { $when }
message-waiting-tried = { $n ->
    [one] tried once, again { $when }
   *[other] tried { $count } times, again { $when }
}
message-accepted = with its carrier since { $when }
message-sent = sent { $when }
message-delivered = delivered { $when }
message-failed = failed { $when }
message-withdrawn = not sent, { $when }
message-text = What it says
message-template = text { $name }, version { $version }, { $language }, { $hash }
message-parts = { $n ->
    [one] { $count } text message
   *[other] { $count } text messages
}
channel-sms = by text message
channel-email = by e-mail
timeline-label = What happened
timeline-quiet = Levels and reports that repeat the one before are left out; choose levels or reports to see them.
timeline-none = Nothing happened yet.
timeline-none-kind = Nothing of this kind happened.
timeline-all = all
kind-payment = money
kind-notice = notices
kind-hold = holds
kind-level = levels
kind-grant = grants
kind-report = reports
kind-person = people
event-pending = Payment { $id }: { $amount } seen, not booked yet
event-booked = Payment { $id }: { $amount } booked
event-failed = Payment { $id }: { $amount } did not go through
event-reversed = Payment { $id }: { $amount } was taken back; the ladder starts again
event-suspense = { $amount } in suspense could be for this contract
event-suspense-cleared = { $amount } in suspense was not for this contract
event-waived = { $amount } waived
event-notice = Notice { $notice } by { $channel }: { $proof }
event-hold = Hold begun: { $kind }
event-hold-ended = Hold ended: { $kind }
event-hold-answered = Hold ended: { $kind }, { $outcome }
event-feed = Feed { $feed } is { $state }
event-level = Level wanted:
event-grant = Grant { $count } signed
event-report = Phone reports:
event-pass = Emergency pass pressed
event-contact = Phone made contact
event-approved = { $by } approved the step
event-refused = { $by } refused the step
facts-label = Contract
fact-reference = Reference to pay with
fact-borrower = Borrower
fact-product = Product
fact-signed-on = Signed on
fact-packs = Rule packs
fact-feed = Feed
product-purchase-loan = purchase loan
product-lease = lease
product-cash-loan = cash loan
grant-label = Grant in force
grant-none = No grant was signed for this contract.
report-label = Newest report
report-none = The phone has not reported yet. Grants wait here until it does.
report-counter = Report number
report-grant-level = Grant level
report-overlays = Overlays
report-shown = Notices shown
report-refused = Refused or cut
report-agent = Agent
report-patch = Security patch level

# ---- plan
plan-title = { $level } at { $when }
plan-thing = plan of { $id }
plan-at-label = As of (RFC 3339, with offset)
plan-at-go = Show
plan-now = Now
col-says = Rule, and what it saw
duties-label = What the lender owed: the phone back in time
duties-intro = By the phone’s own reports. Sums are the borrower’s claims by these rules; nothing is paid by itself.
duty-since = Money came
duty-until = Phone
duty-deadline = Deadline
duty-late = Late
duty-settled = settled { $when }
duty-all-paid = all paid { $when }
duty-free = limited until { $when }
duty-let-go = let go { $when }
duty-not-yet = not yet, by its newest report
duty-at-once = at once
duty-in-time = in time
duty-hours-late = { $n ->
    [one] { $count } hour begun
   *[other] { $count } hours begun
}

# ---- evidence
evidence-title = Evidence
evidence-intro = Everything that a stranger needs to judge this contract’s levels, in one file, as it was known at this instant.
evidence-get = Get the file (zip)
evidence-hash = Hash
evidence-hash-why = It names this file. Write it down apart from the file.
evidence-size = Size
evidence-bytes = { $bytes } bytes
evidence-check = To check it
evidence-check-why = Without this server and without a database: every hash, signature and decision is made again.
evidence-in = In the file
evidence-contract = Contract, consent, and what happened
evidence-ledger = Ledger and payments
evidence-notices = Notices, word for word
evidence-decisions = Decisions, with every finding
evidence-packs = Rule packs in full, of then
evidence-phone = Keys, charters, grants and reports
evidence-about = About the file
evidence-more = { $n ->
    [one] and { $count } more
   *[other] and { $count } more
}
plan-unread = “{ $text }” is no instant. Expected one like 2026-06-20T11:00:00+03:00; shown is now.
plan-hash = Decision
plan-recorded = stored as a decision
plan-not-stored = worked out for this page, not stored
plan-packs = Findings, in the order of judgement
plan-lowest = Each pack is judged by itself; the lowest level of all wins.
plan-caption = { $pack }, version { $version }: { $status }
col-verdict = Verdict
col-cite = Where it is written
decides-mark = this decides
decides-none = No rule stops more: this is the highest level there is.
decides-released = Nothing is owed any more.
decides-gates = A gate is not met.
decides-status = The law's status stops more.
decides-holds = A hold stops more.
decides-days-past-due = Not enough days past due for more.
decides-notices = A notice has to run out first.
decides-calendar = It is outside the hours for more.
decides-dwell-approval = More needs time at this level, or a person's approval.
decides-pass = An emergency pass is in use.
decides-policy = The lender's own policy stops more.
group-released = released
group-gates = gates
group-status = legal status
group-holds = holds
group-days-past-due = days past due
group-notices = notices
group-calendar = calendar and window
group-dwell-approval = dwell and approval
group-pass = emergency pass
group-policy = policy
plan-next = If nothing else happens
plan-next-none = It stays { $level }.
plan-not-before = not before { $when }
plan-review = Looked at again { $when }
plan-review-never = Never looked at again without a new fact

# ---- grant
grant-title = Grant { $seq }: { $answer }
grant-thing = contract { $id }
answer-unsigned = waits for its signature
answer-not-delivered = signed, not delivered yet
answer-accepted = accepted { $when }
answer-superseded = replaced by a newer one
answer-refused = refused or cut
grant-steps = What the phone may do
step-now = now
step-from = from { $when }
step-no-guards = no conditions
step-only-if = only if:
guard-shown = { $n ->
    [one] notice { $names } was shown on this phone
   *[other] notices { $names } were shown on this phone
}
guard-lead = { $n ->
    [one] the last one first shown at least { $count } hour ago
   *[other] the last one first shown at least { $count } hours ago
}
guard-contact = { $n ->
    [one] the phone was heard within { $count } hour
   *[other] the phone was heard within { $count } hours
}
guard-window = inside { $days } { $from }–{ $to }
guard-dwell = { $n ->
    [one] at the level before for at least { $count } hour
   *[other] at the level before for at least { $count } hours
}
guard-before = begun before { $when }
grant-terms = Terms
grant-pay = Amount that opens it
grant-pay-none = no amount is asked for
grant-lapse = Without contact
grant-lapse-says = { $n ->
    [one] after { $count } hour every step counts as at most { $level }
   *[other] after { $count } hours every step counts as at most { $level }
}
grant-lapse-charter = as the charter says
grant-end = Releases itself
grant-end-charter = as the charter says
grant-base = Rests on facts up to
grant-base-seq = grant { $seq }
grant-base-none = loosening: rests on none
grant-key = { $role } key { $kid }
grant-holds = the signature was checked just now and holds
grant-fails = the signature does not hold
grant-issued = Issued
grant-ksv = Key set
grant-warrant = Warrant
grant-warrant-none = None: it makes nothing stricter.
grant-warrant-packs = Packs
grant-warrant-rules = Rules
grant-warrant-decision = Decision
grant-warrant-covers = { $n ->
   *[other] covers up to step { $count }
}
grant-notices = Notices it rests on
grant-notice-line = { $name }, for { $level }: { $amount } due { $due }, shown from { $from }
grant-hash = SHA-256 of the payload
grant-raw = Raw bytes
grant-bytes = { $n ->
    [one] { $count } byte
   *[other] { $count } bytes
}
grant-previous = Grant { $seq }
grant-next = Grant { $seq }

# ---- phone
phone-title = What the borrower sees now
phone-thing = phone of { $id }
phone-predicted = as predicted
phone-reported = as reported { $when }
phone-nothing-reported = nothing reported yet
phone-view-label = Whose word
phone-view-predicted = As predicted
phone-view-reported = As reported
phone-alt = The phone's screen
phone-facts = The level, five facts
phone-overlays-none = No overlay: no pass, code or cap lowers the level.
phone-shown = Notices shown on this phone
phone-shown-none = No notice was shown yet.
phone-heard = Last contact
phone-cannot-know = What this picture cannot know
phone-cannot-know-text = What the phone shows while it is out of reach: its newest report is the last word on that.
phone-charter = Charter
charter-counter = Number
charter-highest = Highest level, whatever is planned
charter-offline = Offline days before a limited phone may pause apps
charter-lapse = Lapse without contact
charter-last-day = Last day
charter-accepted = Countersigned by the phone
charter-none = No charter: the phone has not enrolled.
screen-remind = reminder
screen-reduce = apps paused
screen-lock = locked
screen-pass = pass in use
screen-shielded = shielded
screen-freed = freed
screen-released = released
screen-offline = offline
screen-held = held
screen-free = nothing shown

# ---- rules
rules-title = Rule packs
rules-thing = the law as data
rules-intro = Each contract stands on one or more packs; the lowest level of all wins.
rules-col-pack = Pack
rules-col-status = Status
rules-col-version = Version
rules-col-rules = Rules
pack-title = { $id }, version { $version }: { $status }
pack-thing = rule pack
pack-may = It may go above remind once its own conditions hold.
pack-caps = This status caps every level at remind.
pack-before = Another version judges now. This one is kept for what was decided by it.
pack-highest = Highest level
pack-jurisdiction = Jurisdiction
pack-no-jurisdiction = none: values of the house, or made up
pack-in-force = In force
pack-from = from { $day }
pack-to = until { $day }
pack-from-to = from { $from } until { $to }
pack-sources = Sources
pack-versions = Other versions
pack-text = SHA-256 of the text
pack-contents = Contents
rule-number = number { $number } in grants
rule-confidence = confidence { $confidence }, seen { $day }
rule-source = Source
confidence-high = high: the law's own text was seen
confidence-medium = medium: reliable sources agree
confidence-low = low: one weak source
confidence-house = house value, not law
confidence-fictional = made up, for trying things out

# ---- errors
error-400 = This cannot be read
error-400-text = “{ $thing }” was asked for.
error-403 = This is not open to you
error-403-text = { $thing } is open to another role.
error-404 = There is no such page
error-404-text = Nothing stands at { $thing }.
error-nothing = No contract found
error-nothing-text = No contract has this id, reference or IMEI. Check each character and try again.
error-near = Did you mean:
error-500 = We could not do this
error-500-text = Something on our side went wrong at { $thing }. Nothing was changed.
error-expected = Expected: { $expected }
error-reference = Name this when you ask for help: { $reference }
error-back = To the contracts

# ---- suspense
nav-payments = Payments
suspense-thing = Suspense
suspense-title = { $amount } from { $source } is nobody's, { $age } old
suspense-title-none = No money is in suspense
suspense-sub = Money that is no contract's yet, oldest first. The whole sum shields every contract it could be for.
suspense-none = Every payment is a contract's. Money that names none, or two, comes here.
suspense-label = Money in suspense
suspense-more = Older ones first; more stand behind these.
suspense-col-payment = Payment
suspense-col-amount = Amount
suspense-col-age = Age, source
suspense-col-why = Why
suspense-col-shielded = Shielded
suspense-col-change = What happened
suspense-pending = announced
suspense-nobody = nobody is shielded
suspense-kept-short = kept open
suspense-changes = Waiting for their payment, or for a person
suspense-changes-sub = What happened to payments that Fairlock has not seen. It counts by itself when the payment comes.
suspense-change-late = waits for more than a day
suspense-change-waits = waits for its payment
suspense-item-title = { $amount }, { $what } old
suspense-item-matched = { $amount } is contract { $what }'s
suspense-item-owed = { $amount } is owed back to its payer
suspense-item-left = { $amount } went back to its payer
suspense-item-gone = { $amount } waits no more
suspense-received = Message as received
suspense-no-text = No text came with it.
suspense-payer = From { $name }
suspense-decide = Whose money is this?
suspense-decided = Decided
suspense-by = Your name
suspense-reason-label = Why
suspense-score = Score { $score }
suspense-restore = { $amount } brings it back to free.
suspense-shielded = Shielded by the whole sum.
suspense-other-currency = Another currency: it can't be matched, and isn't shielded.
suspense-match = Match to { $id }
suspense-match-same = Match: stays { $level }
suspense-match-moves = Match: { $before } to { $after }
suspense-no-candidates = Nothing points to a contract. Nobody is shielded.
suspense-other = Another contract, by its id or reference
suspense-standing = From now on, all that this payer sends without naming a contract is for this one
suspense-match-other = Match to that contract
suspense-keep = Keep open: all stay shielded
suspense-refund = Refund to the payer
suspense-unmatch = Take it off this contract
suspense-kept = Kept open by { $by }
suspense-refund-owed = Another person says when it left: fairlock payments refund with --left.
suspense-refund-left = If it comes back: fairlock payments refund with --came-back.
suspense-trail = What people did
suspense-trail-none = Nobody has decided anything yet.
suspense-done = Done. { $after }
suspense-changed = It changed since you looked. Look again, then decide.
suspense-reason-two-identities = its keys belong to two payments
suspense-reason-two-references = it names two contracts
suspense-reason-unknown-reference = its reference is no contract's
suspense-reason-other-currency = its contract is in another currency
suspense-reason-disagrees = what was written and who paid disagree
suspense-reason-several-contracts = the payer is known for several contracts
suspense-reason-amount-rule = the payer is known, the sum is not what is owed
suspense-reason-no-reference = no valid reference
suspense-reason-unmatched = a person took it off its contract
evidence-reference = reference
evidence-virtual-account = virtual account
evidence-standing-instruction = standing instruction
evidence-phone-and-amount = phone number and amount
evidence-reference-punctuated = reference with punctuation
evidence-reference-without-prefix = reference without RF
evidence-reference-neighbours-swapped = two characters of the reference swapped
evidence-reference-one-character = one wrong character in the reference
evidence-reference-without-check-digits = check digits missing
evidence-phone-number = phone number
evidence-same-payer = same payer as before
evidence-same-amount = same amount
evidence-phone-mask = phone number as far as shown
evidence-name = like the borrower's name
evidence-person = a person said so
change-reversal = Reversal
change-return = Return
change-chargeback = Dispute
change-chargeback-won = Dispute won
change-refund = Refund
change-refund-failed = Refund that failed
change-fee = Fee
action-match = Match
action-unmatch = Taken off
action-keep = Kept open
action-refund = Refund decided
action-refund-paid = Refund left
action-refund-failed = Refund came back

# ---- a mapping tried on a table
mapping-thing = Try a mapping
mapping-title = How a bank's table is read
mapping-title-read = { $n ->
    [one] One entry, every cell is read
   *[other] { $n } entries, every cell is read
}
mapping-title-wrong = Error: { $n ->
    [one] one cell can't be read
   *[other] { $n } cells can't be read
}
mapping-title-none = Error: no mapping reads this table
mapping-sub = A table (CSV or XLSX) and the mapping that reads it. Nothing of it is kept, and no money moves.
mapping-faults = Not read by { $name }
mapping-faults-label = Cells that can't be read
mapping-more-faults = There are more; these are to be put right first.
mapping-col-place = Where
mapping-col-found = What stands there
mapping-col-expected = What was expected
mapping-totals = Read by { $name }
mapping-totals-label = What the table comes to
mapping-col-account = Account
mapping-col-entries = Entries
mapping-col-credits = Booked in
mapping-col-debits = Booked out
mapping-col-opening = Opening
mapping-col-closing = Closing
mapping-col-chain = Balances
mapping-unknown = not known
mapping-chains = agree with the entries
mapping-breaks = don't agree with the entries
mapping-no-chain = not in the table
mapping-rows = { $n ->
    [one] The entry
   *[other] The first of { $n } entries
}
mapping-rows-label = First entries
mapping-no-rows = The table has its columns and no rows.
mapping-col-day = Booked on
mapping-col-amount = Amount
mapping-col-status = State
mapping-col-text = Text
mapping-col-party = From or to
mapping-col-references = References
mapping-credit = in
mapping-debit = out
mapping-status-booked = booked
mapping-status-pending = announced
mapping-status-information = information only
mapping-status-future = will be booked
mapping-try = Try a table
mapping-file = The table
mapping-by = Mapping
mapping-by-columns = the one that has the table's columns
mapping-own = Or a mapping of your own (NAME.toml), which counts before it
mapping-go = Read it

## Feeds: whether all the money is seen
feeds-thing = Feeds
feeds-whole = All feeds are whole
feeds-unwhole = { $n ->
    [one] One feed is not whole
   *[other] { $count } feeds are not whole
}
feeds-sub = While a feed is not whole, no contract on it gets stricter. Times are in
feed-calls = calls
feed-statements = statements
feed-state-label = State
feed-complete-label = Complete up to
feed-heartbeat-label = Last news
feed-contracts = Contracts
feed-none-still = none stands still
feed-number = statement number { $number }
feed-not-watched = not watched yet
feed-reason-wrong-sum = a statement does not add up
feed-reason-missing-statement = a statement is missing
feed-reason-broken-chain = a statement does not begin where the one before ended
feed-reason-missing-pull = some hours were never asked for
feed-reason-never-heard = not a word yet
feed-reason-silent = no news in its time
feed-reason-late = it speaks, and its news is old
feed-strip = { $n ->
    [0] Whole on all days that it was watched, of 28
    [one] Not whole on { $count } of 28 days
   *[other] Not whole on { $count } of 28 days
}
feed-days = { $from } to { $to }
feed-stood-still = { $n ->
    [0] none stood still
    [one] { $count } contract stood still
   *[other] { $count } contracts stood still
}
feed-table = The 28 days as a table
feed-day = Day
feed-stood = Stood still
feed-action-give = { $n ->
    [one] Time for { $count } contract
   *[other] Time for all { $count } contracts
}
feed-action-back = { $n ->
    [one] Take back the time of { $count } contract
   *[other] Take back the time of { $count } contracts
}
feed-state-proposed = waits for a second person
feed-state-refused = refused
feed-state-lapsed = nobody decided in time
feed-state-running = being carried out
feed-state-done = carried out
feed-until = Until { $when }
feed-by = Proposed by { $name }
feed-decided = Decided by { $name }
feed-reached = { $n ->
    [one] { $count } contract reached
   *[other] { $count } contracts reached
}
feed-second = A second person decides.
feed-lapses = Without a decision it lapses { $when }.
feed-refuse = Refuse
feed-approve = Approve: no phone gets stricter until then
feed-give = { $n ->
    [one] Give { $count } contract time
   *[other] Give all { $count } contracts time
}
feed-give-effect = No level rises, no notice goes out and no time runs, whatever becomes of the feed. It needs a second person.
feed-give-days = For how many days
feed-take-back = Take the time back
feed-back-effect = From then on levels can rise again, as the law and the feed allow. It needs a second person.
feed-propose = Propose
feed-past = What was decided
feed-said-proposed = Proposed. A second person decides.
feed-said-approved = Approved. It is being carried out.
feed-said-refused = Refused. Nothing changed.

## Reconciliation: whether the money agrees three ways
recon-thing = Reconciliation
recon-title = { $breaks }, oldest { $oldest }
recon-title-agrees = The money agrees
recon-title-none = Nothing was reconciled for this day
recon-breaks = { $n ->
    [one] One break
   *[other] { $count } breaks
}
recon-days = { $n ->
    [0] today
    [one] { $count } day
   *[other] { $count } days
}
recon-none = A day is reconciled after it ends in UTC. No channel moved money up to this one.
recon-sides = Three sides of each channel
recon-channel = Channel
recon-report = Provider report
recon-clearing = Clearing account
recon-bank = Bank statement
recon-difference = Difference
recon-no-report = no report
recon-no-bank = not known
recon-previous = Day before
recon-next = Day after
recon-ages = Open breaks by age
recon-band = { $days } days
recon-of-day = Breaks of this day
recon-older = Open breaks of earlier days
recon-kind-missing-at-us = missing in our books
recon-kind-missing-there = missing at the other side
recon-kind-amount = another amount
recon-kind-duplicate = there twice
recon-kind-timing = on another day
recon-against-report = Report less clearing account
recon-against-bank = Bank less clearing account
recon-owner = owner { $name }
recon-nobody = nobody's yet
recon-proposed = { $name } proposes to write it off. A second person decides.
recon-act = Do something about it
recon-own = Take it
recon-explain = Close: it is right as it is
recon-propose = Propose to write it off
recon-write-off = Write it off
recon-closed-resolved = Both sides agree now
recon-closed-tolerance = Let go, within the tolerance
recon-closed-explained = Closed: it is right
recon-closed-written-off = Written off
recon-said-done = Done.
recon-proof-never = The books were not proved yet: run fairlock proof
recon-proof-holds = The proof holds
recon-proof-broken = { $n ->
    [one] The proof fails in { $count } place
   *[other] The proof fails in { $count } places
}
