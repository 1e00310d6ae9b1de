## Refusals about environments.

refused-name-taken = There is already an environment called **{ $name }**. Choose another name, or look at it with `/env show`.
refused-name-invalid = **{ $name }** cannot be a name here. Use 1 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen: it becomes part of an address.
refused-template-unknown =
    { $near ->
        [none] There is no template called **{ $name }**. `/help` lists the templates of this platform.
       *[other] There is no template called **{ $name }**. Did you mean { $near }?
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
        [requested] **{ $name }** waits to be built; that works once it is ready.
        [building] **{ $name }** is being built; that works once it is ready.
        [ready] **{ $name }** is ready; there is nothing to do.
        [failed] **{ $name }** could not be built. End it with `/env destroy`, then make a new one.
        [destroying] **{ $name }** is being destroyed already. Make a new one with `/env create` when it is gone.
        [destroyed] **{ $name }** is gone. Make a new one with `/env create`.
       *[could-not-destroy] **{ $name }** could not be destroyed yet. Try `/env destroy` again, or ask the keepers of the platform.
    }

## States, as words.

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
environment-field-extensions = Extended
environment-extensions = { $used } of { $count } times

## Why an environment failed.

environment-reason-timeout = it was not ready after { $bound }
environment-reason-engine = the engine said: { $detail }
environment-reason-lost = the engine no longer knows it
environment-reason-template-gone = its template is no longer part of this platform
environment-reason-given-up = Hearth had trouble of its own and gave up, code { $code }
environment-reason-unknown = the engine gave no reason

## Results; `person` is a mention.

environment-result-ready = { $person } Environment **{ $name }** is ready after { $took }: { $url }
environment-result-ready-without-link = { $person } Environment **{ $name }** is ready after { $took }.
environment-result-failed = { $person } Environment **{ $name }** failed ({ $reason }). It counts against the quota until it is destroyed; the button Logs shows what it has written.
environment-result-expired = { $person } Environment **{ $name }** has reached its end and is destroyed. `/env create` makes a new one.
environment-result-destroyed = { $person } Environment **{ $name }** is destroyed.
environment-result-could-not-destroy = { $person } Environment **{ $name }** could not be destroyed ({ $reason }). It still counts against the quota. When the cause is mended, destroy it again; the keepers of the platform can help.
environment-warning = { $person } Environment **{ $name }** ends { $relative }. Do you still need it?
environment-warning-last = { $person } Environment **{ $name }** ends { $relative } and cannot be extended further. Save what you need.

## Replies.

environment-create-accepted = { $person } asked for environment **{ $name }** from template { $template } for team { $team }. The message below follows it.
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
