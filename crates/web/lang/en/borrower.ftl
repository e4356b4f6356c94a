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
