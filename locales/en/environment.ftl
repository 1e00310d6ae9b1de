## Refusals about environments.

refused-name-taken = There is already an environment called **{ $name }**. Choose another name, or look at it with `/env show`.
refused-name-invalid = **{ $name }** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.
refused-template-unknown =
    { $near ->
        [none] There is no template called **{ $name }**. `/help` lists the templates of this platform.
       *[other] There is no template called **{ $name }**. Did you mean { $near }?
    }
refused-revision-no-version =
    { $newest ->
        [none] Template { $template } takes a version such as 1.2.0, and **{ $revision }** is none. Choose one of those that complete while you type.
       *[other] Template { $template } takes a version, and **{ $revision }** is none. Choose one, such as { $newest }.
    }
refused-revision-outside =
    { $newest ->
        [none] Template { $template } takes versions that fit { $taken }, and **{ $revision }** does not. Choose one of those that complete while you type.
       *[other] Template { $template } takes versions that fit { $taken }, and **{ $revision }** does not. Choose one, such as { $newest }.
    }
refused-ttl =
    { $hours-max ->
        [one] An environment of this template lives at least 1 hour and at most 1 hour; you asked for { $hours }.
       *[other] An environment of this template lives 1 to { $hours-max } hours; you asked for { $hours }. Choose a time in that range.
    }
refused-extend-max = **{ $name }** may live { $hours-max } hours in all, and that would be more. Extend it by less, or make a new one with `/env create`.
refused-extend-count =
    { $count ->
        [0] Environments of this template cannot be extended. Make a new one with `/env create`.
        [one] **{ $name }** was extended once already, as often as its template allows. Make a new one with `/env create`.
       *[other] **{ $name }** was extended { $count } times already, as often as its template allows. Make a new one with `/env create`.
    }
refused-environment-unknown =
    { $near ->
        [none] There is no environment called **{ $name }** now. `/env list whose:all` shows all of them.
       *[other] There is no environment called **{ $name }** now. Did you mean { $near }?
    }
refused-environment-state =
    { $state ->
        [awaiting-approval] **{ $name }** waits for somebody who approves it; that works once it is ready.
        [queued] **{ $name }** waits for its place at the engine; that works once it is ready.
        [sleeping] **{ $name }** is asleep. Wake it with `/env wake` first.
        [waking] **{ $name }** is waking up; that works once it is ready.
        [updating] **{ $name }** makes room for a newer revision; that works once it is ready.
        [lost] **{ $name }** is lost: the engine no longer knows it. What is left is being cleared away.
        [cancelled] **{ $name }** was cancelled. Make a new one with `/env create`.
        [requested] **{ $name }** waits to be built; that works once it is ready.
        [building] **{ $name }** is being built; that works once it is ready.
        [ready] **{ $name }** is ready; there is nothing to do.
        [failed] **{ $name }** could not be built. End it with `/env destroy`, then make a new one.
        [destroying] **{ $name }** is being destroyed already. Make a new one with `/env create` when it is gone.
        [destroyed] **{ $name }** is gone. Make a new one with `/env create`.
       *[could-not-destroy] **{ $name }** could not be destroyed yet. Try `/env destroy` again, or ask the keepers of the platform.
    }

refused-pinned = **{ $name }** is pinned and has no end that could be moved. `/env unpin` gives it one.
refused-not-pinned = **{ $name }** is not pinned. `/env why` says until when it lives.
refused-until = { $until } is no review date. Give a date such as `2026-12-24`, or a time such as `14d` or `2w`; the latest is in { $days-max } days.
refused-cannot-sleep = **{ $name }** cannot sleep: template { $template } does not say how. The keepers of the platform can add that.
refused-environment-own-approval = You asked for **{ $name }** yourself, so somebody else must decide.
refused-plan-not-made = The plan of **{ $name }** is still being made. Its message has the buttons as soon as it is there.
refused-plan-to-approve = Somebody else must approve **{ $name }** and its plan.
refused-plan-waits = **{ $name }** waits until its plan is applied or withdrawn; that works once it is ready. The buttons are on its message.
refused-form-too-long = Template { $template } asks for { $n } things at once, and a form holds { $max }. Ask the keepers of the platform for a command of its own: there they are options.
refused-form-gone = This form is not kept any more. Ask again with `/env create`.
refused-give-owner = **{ $name }** belongs to them already.
refused-template-group = Template { $template } is only for { $groups }. Choose another template, or ask the keepers of the platform.

## States, as words.

environment-state-awaiting-approval = waits for approval
environment-state-being-planned = being planned
environment-state-planned = waits for its plan to be applied
environment-state-queued = queued
environment-state-sleeping = asleep
environment-state-waking = waking up
environment-state-updating = making room for a newer revision
environment-state-lost = lost
environment-state-cancelled = cancelled

environment-state-requested = requested
environment-state-building = building
environment-state-ready = ready
environment-state-failed = failed
environment-state-destroying = destroying
environment-state-destroyed = destroyed
environment-state-could-not-destroy = could not be destroyed

## The one message of an environment that is edited as it moves. `url` is a ready link.

environment-title = Environment { $name }
environment-live-requested = ⏳ Environment **{ $name }** is requested from template { $template } for team { $team }.
environment-live-awaiting = ✋ Environment **{ $name }** from template { $template } for team { $team } waits for somebody else to approve it. Without that it is cancelled { $at }.
environment-live-being-planned = 📝 Environment **{ $name }** from template { $template } for team { $team } is being planned. Without an answer to the plan it is cancelled { $at }.
environment-live-planned = ✋ Environment **{ $name }** from template { $template } for team { $team } is planned, and nothing is made yet. Apply exactly this plan or withdraw it; without that it is cancelled { $at }.
environment-plan = Plan: { $add } to add, { $change } to change, { $destroy } to destroy.
environment-plan-more =
    { $n ->
        [one] … and 1 more
       *[other] … and { $n } more
    }
environment-live-queued =
    { $place ->
        [1] ⏳ Environment **{ $name }** is queued and next in turn. It is built when the engine has a place.
       *[other] ⏳ Environment **{ $name }** is queued at place { $place }. It is built when the engine has a place.
    }
environment-live-falling-asleep = 🌙 Environment **{ $name }** is falling asleep.
environment-live-sleeping = 🌙 Environment **{ $name }** is asleep. It keeps its data, and its end comes all the same.
environment-live-waking = ⏰ Environment **{ $name }** is waking up.
environment-live-updating = 🔄 Environment **{ $name }** makes room for a newer revision of its pull request.
environment-live-closed = ⬜ Environment **{ $name }** is destroyed: its pull request is closed.
environment-live-lost = ⚠ Environment **{ $name }** is lost: the engine no longer knows it. What is left is cleared away.
environment-live-was-lost = ⬜ Environment **{ $name }** was lost: the engine no longer knew it.
environment-live-cancelled = ⬜ Environment **{ $name }** was cancelled before it was built.
environment-live-unapproved = ⬜ Environment **{ $name }** was cancelled: nobody approved it in time.
environment-live-unapplied = ⬜ Environment **{ $name }** was cancelled: nobody had its plan applied in time.
environment-live-rejected = ⬜ Environment **{ $name }** was rejected.
environment-live-building = 🔨 Environment **{ $name }** is building.
environment-live-ready = ✅ Environment **{ $name }** is ready: { $url }
environment-live-ready-without-link = ✅ Environment **{ $name }** is ready.
environment-live-failed = ❌ Environment **{ $name }** failed: { $reason }
environment-live-destroying = 🧹 Environment **{ $name }** is being destroyed.
environment-live-destroyed = ⬜ Environment **{ $name }** is destroyed.
environment-live-expired = ⬜ Environment **{ $name }** has reached its end and is destroyed.
environment-live-could-not-destroy = ⚠ Environment **{ $name }** could not be destroyed: { $reason }
environment-step = Now: { $step }

environment-field-template = Template
environment-field-revision = Revision
environment-field-pull-request = Pull request
environment-field-parameters = Parameters
environment-field-team = Team
environment-field-owner = Owner
environment-field-until = Lives until
environment-field-build-time = Build time
environment-field-pinned = Pinned
environment-field-cost = Cost
environment-field-drift = Changed outside
environment-field-links = Links
environment-pinned = by { $person }, to be reviewed { $at }
environment-cost = { $so-far } so far, { $month } a month at this pace
environment-cost-over = { $so-far }
environment-field-extensions = Extended
environment-extensions = { $used } of { $count } times

## Why an environment failed.

environment-reason-timeout = it was not ready after { $bound }
environment-reason-engine = the engine said: { $detail }
environment-reason-user = it lies in what was asked for, not in the platform: { $detail }
environment-reason-lost = the engine no longer knows it
environment-reason-template-gone = its template is no longer part of this platform
environment-reason-given-up = Hearth had trouble of its own and gave up, code { $code }
environment-reason-unknown = the engine gave no reason

## Results; `person` is a mention.

environment-result-ready = { $person } Environment **{ $name }** is ready after { $took }: { $url }
environment-result-ready-without-link = { $person } Environment **{ $name }** is ready after { $took }.
environment-result-failed = { $person } Environment **{ $name }** failed ({ $reason }). It counts against the quota until it is destroyed; the button Logs shows what it has written.
environment-result-could-not-sleep = { $person } Environment **{ $name }** could not be put to sleep ({ $reason }). It is ready as before.
environment-result-lost = { $person } Environment **{ $name }** was lost: the engine no longer knew it, and nobody had asked for that. The button builds it again.
environment-result-unapproved = { $person } Nobody approved environment **{ $name }** in time, so it was cancelled. `/env create` asks again.
environment-result-unapplied = { $person } Nobody had the plan of environment **{ $name }** applied in time, so it was cancelled. `/env create` asks again.
environment-result-planned = { $person } Environment **{ $name }** is planned. { $plan } Apply it or withdraw it with the buttons of its message.
environment-result-planned-to-approve = { $person } Environment **{ $name }** is planned. { $plan } Somebody else must approve it now.
environment-result-rejected = { $person } Environment **{ $name }** was rejected. `/env create` asks for another one.
environment-result-expired = { $person } Environment **{ $name }** has reached its end and is destroyed. `/env create` makes a new one.
environment-result-destroyed = { $person } Environment **{ $name }** is destroyed.
environment-result-could-not-destroy = { $person } Environment **{ $name }** could not be destroyed ({ $reason }). It still counts against the quota. When the cause is mended, destroy it again; the keepers of the platform can help.
environment-warning = { $person } Environment **{ $name }** ends { $relative }. Do you still need it?
environment-warning-last = { $person } Environment **{ $name }** ends { $relative } and cannot be extended further. Save what you need.

environment-warning-team = Environment **{ $name }** of team { $team } ends { $relative }. Its owner has left the server: does the team ({ $owner }) still need it?
environment-review = { $person } Environment **{ $name }** was made { $since } and is pinned by { $by }. Is it still needed?
environment-review-team = Environment **{ $name }** of team { $team } was made { $since } and is pinned by { $by }. Its owner has left the server: does the team ({ $owner }) still need it?
environment-stuck = ⚠ Environment **{ $name }** of team { $team } does not move: { $state }, last changed { $since }.

## Replies.


environment-create-accepted = { $person } asked for environment **{ $name }** from template { $template } for team { $team }. The message below follows it.
environment-create-awaits = { $person } asked for environment **{ $name }** from template { $template } for team { $team }. Somebody else must approve it; the message below has the buttons.
environment-create-planned = { $person } asked for environment **{ $name }** from template { $template } for team { $team }. It is planned first, and made only once somebody agrees; the message below follows it.
environment-create-unasked = Not asked, so as usual: { $usual }.
form-environment = What the environment needs
form-hint-text =
    { $max ->
        [one] 1 character
       *[other] Up to { $max } characters
    }
form-hint-integer = A whole number from { $min } to { $max }
form-hint-boolean = yes or no
form-hint-choice = One of: { $choices }
environment-create-queued = { $person } asked for environment **{ $name }** from template { $template } for team { $team }. The engine is busy, so it is queued; the message below shows its place.
environment-cancelled = { $person } cancelled environment **{ $name }**.
environment-pin-done = { $person } pinned **{ $name }**: it does not end by itself. Its owner is asked { $at } whether it is still needed.
environment-unpin-done = { $person } took the pin out of **{ $name }**: it lives until { $at }.
environment-sleep-accepted = { $person } puts environment **{ $name }** to sleep.
environment-wake-accepted = { $person } wakes environment **{ $name }**.
environment-give-done = { $person } gave environment **{ $name }** to { $to }.
environment-approve-done = { $person } approved environment **{ $name }**.
environment-apply-done = { $person } has the plan of environment **{ $name }** applied.
environment-withdraw-done = { $person } withdrew environment **{ $name }**; nothing was made.
environment-reject-done = { $person } rejected environment **{ $name }**.
environment-extend-done =
    { $left ->
        [0] { $person } extended **{ $name }**: it lives until { $at }. It cannot be extended again.
        [one] { $person } extended **{ $name }**: it lives until { $at }. It can be extended once more.
       *[other] { $person } extended **{ $name }**: it lives until { $at }. It can be extended { $left } more times.
    }
environment-destroy-ask = Destroy **{ $name }** and everything in it? This is final.
environment-destroy-kept = **{ $name }** stays.
environment-destroy-accepted = { $person } ends environment **{ $name }**.
environment-destroy-again = { $person } asks again to destroy environment **{ $name }**.

## /env list

environment-list-title =
    { $n ->
        [one] 1 environment
       *[other] { $n } environments
    }
environment-list-line = • **{ $name }** · { $template } · { $state } · until { $until } · { $team }
environment-list-line-ended = • **{ $name }** · { $template } · { $state } · { $team }
environment-list-line-pinned = • **{ $name }** · { $template } · { $state } · pinned · { $team }
environment-list-cost = Team { $team }: { $cost }
environment-list-none-mine = You have no environment now. `/env create` makes one.
environment-list-none-team = Team { $team } has no environment now. `/env create` makes one.
environment-list-none-all = There is no environment now. `/env create` makes one.
environment-list-more =
    { $n ->
        [one] … and 1 more. Narrow it down with the option `whose`.
       *[other] … and { $n } more. Narrow it down with the option `whose`.
    }

## /env logs

environment-logs-title =
    { $n ->
        [one] The last line of **{ $name }**
       *[other] The last { $n } lines of **{ $name }**
    }
environment-logs-none = **{ $name }** has written nothing so far.
environment-logs-unavailable = The logs of **{ $name }** cannot be read at the moment. Try again in a minute.

## /env why

environment-why-title = Why is { $name } here?
environment-why-awaiting = It was asked for { $since } and waits for somebody else who approves it.
environment-why-planning = Its planning began { $since }: its template wants its plan to be agreed to first.
environment-why-planned = Its plan was made { $since } and waits for somebody of the team who has it applied.
environment-why-queued =
    { $count ->
        [one] It came into the queue { $since } and has place { $place }: the engine builds one environment at a time.
       *[other] It came into the queue { $since } and has place { $place }: the engine builds { $count } environments at a time.
    }
environment-why-requested = It was handed to the engine { $since } and is about to be built.
environment-why-building = The engine began to build it { $since }.
environment-why-ready = It became ready { $since }.
environment-why-failed = It failed { $since }: { $reason }
environment-why-sleeping = It fell asleep { $since }, because somebody asked.
environment-why-sleeping-hours = It fell asleep { $since }, because its template has sleep hours.
environment-why-waking = It began to wake up { $since }.
environment-why-updating = It began { $since } to make room for a newer revision of its pull request.
environment-why-closed = It was destroyed { $since }, because its pull request was closed.
environment-why-lost = It was found lost { $since }: the engine no longer knows it, and nobody had asked for that.
environment-why-destroying = Its removal began { $since }.
environment-why-could-not-destroy = It could not be destroyed { $since }: { $reason }
environment-why-destroyed = It was removed { $since }, because somebody asked.
environment-why-expired = It was removed { $since }, because its time had come.
environment-why-was-lost = It went { $since }: the engine had lost it.
environment-why-unapproved = It was cancelled { $since }: nobody approved it in time.
environment-why-unapplied = It was cancelled { $since }: nobody had its plan applied in time.
environment-why-rejected = It was rejected { $since }.
environment-why-asked = { $person } has it for team { $team }, from template { $template }, asked for { $at }.
environment-why-pull-request = It is for pull request #{ $number }.
environment-why-approved = { $person } approved it.
environment-why-extended = It was extended { $used } of { $count } times.
environment-why-pinned = { $person } pinned it, to be reviewed { $at }.
environment-why-next-approval = Next: without an approval it is cancelled { $at }.
environment-why-next-apply = Next: unless its plan is applied it is cancelled { $at }.
environment-why-next-queued = Next: it is built when those before it are through.
environment-why-next-again = Next: somebody destroys it again, or the keepers of the platform do.
environment-why-next-gone = Next: it is gone in a moment.
environment-why-next-sleeps = Next: its sleep hours begin { $at }.
environment-why-next-wakes = Next: its sleep hours end { $at }; if they put it to sleep, it is woken then.
environment-why-next-hours-end = Its sleep hours end { $at }; it was woken, or built, in the middle of them and stays awake.
environment-why-next-review = Next: its owner is asked { $at } whether it is still needed.
environment-why-next-warning = Next: its owner is warned { $at }, and it ends { $end }.
environment-why-next-end = Next: it ends { $at }.
