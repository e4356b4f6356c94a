# What stands on the phone and in notices. Messages 1 to 25 are the UI contract's, word for word.
# State of this catalogue: reviewed, 2026-11-24, product design.

remind-due = { $amount } was due on { $due_day }. Your phone works as usual.
remind-next = If this is not paid, some apps may pause from { $not_before }. Paying { $amount } stops this.
reduce-what = { $classes } are paused. All else on this phone works. Pay { $amount } and they come back.
lock-opens = This phone is locked. { $amount } opens it.
lock-why = It has been due to { $lender } since { $due_day }, for contract { $ref }.
lock-floor = You can call for help, take calls, pay, and use your bank and health apps.
pass-offer = Need your phone now? Open it for { $hours } hours. It is free and you do not have to say why.
pass-on = Your phone is open until at least { $until }. You can still pay, ask for help or tell us what is wrong.
shield-open = We have seen your payment of { $amount }. Your phone is open while we check it, for up to { $days } days.
shield-still = We have seen { $amount }. { $rest } more opens this phone. Nothing gets stricter while we check.
pay-failed = The payment of { $amount } did not go through: { $reason }. You can try again or pay another way.
pay-reversed = The bank took back the payment of { $amount } on { $day }. The notices start again from the first one.
feed-hold = We cannot see all payments right now. Nothing gets stricter until we can.
freed = Your payment of { $amount } is here. Your phone is open.
released = This phone is yours. { $lender } can change nothing on it.
offline = This phone last reached us at { $when }. Open Wi-Fi or mobile data, then try again.
offline-code = No internet? Type or scan a code. Call { $lender } on { $phone } to get one.
code-wrong = This code is not right. Check each number and try again. Tries left: { $left }.
dispute-offer = Is something wrong? Tell us. { $lender } has { $days } days to answer you.
dispute-on = We are looking into this. Your phone is open until { $lender } answers.
hardship-offer = Ill, out of work, or hit by a disaster? Tell us. Nothing gets stricter while we look.
used-phone = Did you buy this phone used? See what is owed, show how you got it, or ask us to check.
notice-first = { $amount } for contract { $ref } was due on { $due_day }. If you pay it by { $cure_day }, nothing on your phone changes.
notice-last = From { $not_before } this phone may be locked. Paying { $amount } stops this. You can also agree a day with us, or tell us what is wrong.
notice-help = Free help with money worries: { $adviser }, { $contact }. To complain: { $body }, { $contact2 }.

# Money in suspense has no last day, so the sentence has no last clause.
shield-open-suspense = We have seen your payment of { $amount }. Your phone is open while we check it.
# After five wrong codes, and for a code that counted before.
code-wait =
    { $minutes ->
        [one] Too many codes were not right. You can type the next one in { $minutes } minute.
       *[other] Too many codes were not right. You can type the next one in { $minutes } minutes.
    }
code-used = This code was used before. Each code works once. Ask for a new one.
# While nobody may be asked for money.
held-quiet = Nothing is asked of you now. Your phone is open. You can talk to us at any time.
held-on = We are looking into this. Your phone is open.
held-until = Until { $until }.
remind-why = It is due to { $lender }, for contract { $ref }.
still-opens = { $amount } still opens it.
amount-of = Amount of { $when }
next-due = Next: { $amount } on { $day }.
from-paying = { $span } from paying to open.
free-plain = This phone works like any other. Nothing from us is on the screen.

# Buttons and lines of the phone's screens.
btn-pay = Pay now
btn-paid = I have paid
btn-wrong = It is wrong
btn-later = Later
btn-help = Help
btn-used = I bought it used
btn-open-for = Open it for { $hours } hours
btn-type-code = Type a code
btn-scan-code = Scan a code
btn-wifi = Open Wi-Fi
btn-try = Try again
btn-receipt = Receipt
btn-certificate = Show the certificate
btn-sos = SOS
language-name = English
pass-used = Used { $used } of { $times } in { $period } days.
payment-none = No payment seen.
# On a phone that is limited still: money is told as seen, and nothing is called open.
payment-seen = We have seen your payment of { $amount }. We are checking it.
payment-here = Your payment of { $amount } is here.
payment-line = Your payment of { $amount }
heard-line = Last contact { $when }
heard-never = No contact yet
paused-list = What is paused
support-line = Call { $lender } on { $phone }
support-next = If we disagree: { $body }
imei-line = IMEI
reference-line = Contract
qr-label = Contract and IMEI as a code to scan
step-seen = seen
step-matched = matched
step-credited = credited
step-sent = grant sent
step-applied = grant applied

class-games = Games
class-video = Video
class-music = Music
class-social = Social
class-news = News
class-shopping = Shopping
classes-two = { $first } and { $last }

word-free = Open

failure-insufficient-funds = there was not enough money in the account
failure-wrong-pin = the PIN was not right
failure-cancelled = it was cancelled
failure-timed-out = it took too long
failure-wrong-account = the account was not right
failure-limit-exceeded = it was above a limit
failure-refused = the bank said no
failure-unknown = we do not know why

# What is said where a value of the long sentence is not known.
reduce-what-short = { $classes } are paused. All else on this phone works.
remind-due-short = { $amount } is due. Your phone works as usual.
shield-still-short = We have seen { $amount }. Nothing gets stricter while we check.
pay-failed-short = The payment of { $amount } did not go through. You can try again or pay another way.
dispute-offer-short = Is something wrong? Tell us. { $lender } has to answer you.
offline-code-short = No internet? Type or scan a code.
notice-first-short = { $amount } for contract { $ref } was due on { $due_day }.
notice-last-short = This phone may be locked. Paying { $amount } stops this. You can also agree a day with us, or tell us what is wrong.
notice-help-short = To complain: { $body }, { $contact2 }.

# Typed codes.
code-page = Type the 9, 15 or 17 digits of the code. Spaces do not matter.
scan-page = Hold the camera over the code. It opens this phone without internet.

# Levels in a borrower's words.
word-remind = Open, with a reminder
word-reduce = Some apps paused
word-lock = Locked
word-released = Yours

# The phone's pages behind the buttons.
blank-phone = This phone is not enrolled. It works like any other.
payees-changed = { $lender } has changed where to pay. Read it before you pay.
borrower-line = Borrower
pay-amount = To pay now: { $amount }
pay-reference = Name this reference: { $ref }
pay-to = { $kind }: { $payee }, { $account }
channel-bank = Bank
channel-mobile-money = Mobile money
channel-card = Card
channel-cash = Cash
paid-page = Tell { $lender } when and how you paid. Keep the receipt.
btn-tell = Tell the lender now
tell-sent = { $lender } has been told.
tell-not-sent = There is no connection, so nothing was sent. Open Wi-Fi or mobile data, or call.
sos-page = Calls for help always work. Dial 112 or the number of your country.
sos-calls = Calls to this phone come in at all times.
language-page = English is the only language on this phone so far.
help-of-lender = Lender
help-of-complaint = Complaints
help-of-advice = Free advice
help-entry = { $kind }: { $name }, { $contact }
passes-none = The emergency pass is used up for now.
page-back = Back

# What always works.
floor-page = What always works
floor-emergency = calls for help
floor-incoming-calls = calls to you
floor-lender-calls = calls to the lender
floor-complaint-calls = calls to complain or for advice
floor-public-alerts = public alerts
floor-medical-id = your medical card
floor-accessibility = help to see, hear and touch
floor-dialer = the dialer
floor-sms = SMS
floor-ussd-and-sim = USSD codes and the SIM menu
floor-settings = settings
floor-keyboard = the keyboard
floor-internet = the internet
floor-pay = the way to pay
floor-object = the way to say that it is wrong
app-payment = Pay
app-banking = Bank
app-mobile-money = Mobile money
app-authenticator = Sign-in codes
app-health = Health
app-government-id = Government ID
app-entry = { $kind }: { $app }

# The charter, read whole before it is accepted.
agree-title = What { $lender } and you agree on for this phone
agree-two = The new text beside the one you have. Nothing changes until you accept.
agree-now = Now
agree-new = New
agree-accept = Accept
agree-refuse = Do not accept
agree-contract = Contract { $contract }, reference { $ref }
agree-highest = The most that can happen: { $level }
agree-step = { $level }: at least { $lead } hours after its notice was shown
agree-dwell = at least { $hours } hours after the step before
agree-window = between { $from } and { $to }, { $days }
agree-classes = Can be paused: { $classes }
agree-apps = Never taken away: { $apps }
agree-floor = Calls, SMS, settings, internet and paying always work.
agree-silence = Locks only if we were in touch within { $hours } hours
agree-offline = Without any contact for { $days } days some apps may pause; it never locks for that
agree-lapse = Without contact for { $hours } hours it is no stricter than: { $level }
agree-pass = You can open it for { $hours } hours with no reason. Times in { $period } days: { $times }
agree-codes = A typed code opens it for up to { $days } days
agree-restricted = Can be restricted while it is limited: { $what }
agree-restricted-none = Nothing else is restricted.
restricted-safe-boot = safe start
restricted-factory-reset = reset to factory state
restricted-debugging = debugging
restricted-unknown-sources = apps from unknown sources
agree-reset = After a reset there are { $hours } hours of notice again
agree-end = Last instalment on { $due }. After { $last } nothing can be limited.
agree-zone = Times are those of { $zone }
