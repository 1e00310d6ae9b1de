## Refusals about deployments.

refused-service-unknown =
    { $near ->
        [none] There is no service called **{ $name }**. `/help` lists the services of this platform.
       *[other] There is no service called **{ $name }**. Did you mean { $near }?
    }
refused-stage-unknown =
    { $near ->
        [none] There is no stage called **{ $name }**. `/help` lists the stages of this platform.
       *[other] There is no stage called **{ $name }**. Did you mean { $near }?
    }
refused-revision-missing = Template **{ $template }** has no usual revision. Say which one with the option `revision`.
refused-revision-invalid = **{ $revision }** cannot be a revision. Use up to 100 letters, digits and the signs `. _ - / +`, beginning with a letter or digit.
refused-stage-not-deployed = **{ $service }** is not deployed to { $stage } on this platform. `/status` shows where it is.
refused-stage-deployers = Only { $groups } may deploy to **{ $stage }**. Ask somebody of them.
refused-deployment-active = **{ $revision }** of { $service } is on its way to { $stage }. Wait until it has ended, then try again; `/status` shows how far it is.
refused-approver-self = You asked for this deployment, so somebody else must approve it.
refused-approver-not = Approving for **{ $stage }** is up to { $groups }.
refused-approver-nobody = **{ $stage }** asks for an approval, and nobody may give it yet. Ask the keepers of the platform to name approvers for it.
refused-approval-void = Something that this approval would have covered has changed since. Ask for the deployment again with `/deploy`.
refused-deployment-state =
    { $state ->
        [waiting] This deployment still waits for its approval.
        [starting] This deployment is starting already.
        [running] This deployment is running already.
        [checking] This deployment is being checked already.
        [succeeded] This deployment has succeeded already. `/status` shows what runs now.
        [failed] This deployment has failed. Ask for a new one with `/deploy`.
        [rejected] This deployment was rejected. Ask for a new one with `/deploy`.
        [expired] This deployment waited too long for its approval. Ask for a new one with `/deploy`.
       *[rolled-back] This deployment was rolled back. `/status` shows what runs now.
    }
refused-rollback-none = No earlier revision of **{ $service }** has succeeded on { $stage }, so there is nothing to roll back to. `/history` shows what was tried.
refused-rollback-target =
    { $near ->
        [none] **{ $revision }** has never succeeded on { $stage }, so it cannot be rolled back to. `/history` shows what has.
       *[other] **{ $revision }** has never succeeded on { $stage }, so it cannot be rolled back to. You can choose { $near }.
    }
refused-rollback-running = **{ $revision }** runs on { $stage } already. Choose another one with the option `to`.
refused-rollback-reason = Rolling back on **{ $stage }** needs a reason. Say it with the option `why`.

## States, as words.

deployment-state-waiting = waiting for approval
deployment-state-starting = starting
deployment-state-running = running
deployment-state-succeeded = succeeded
deployment-state-failed = failed
deployment-state-rejected = rejected
deployment-state-expired = expired
deployment-state-rolled-back = rolled back

## The one message of a deployment that is edited as it moves.

deployment-title = { $service } → { $stage }
deployment-title-rollback = { $service } → { $stage } (roll back)
deployment-live-waiting = ✋ **{ $revision }** of { $service } waits for an approval for { $stage }.
deployment-live-starting = ⏳ **{ $revision }** of { $service } is starting on { $stage }.
deployment-live-running = 🚚 **{ $revision }** of { $service } is on its way to { $stage }.
deployment-live-succeeded = ✅ **{ $revision }** of { $service } has reached { $stage }.
deployment-live-failed = ❌ **{ $revision }** of { $service } failed on { $stage }: { $reason }
deployment-live-rejected = 🚫 **{ $revision }** of { $service } was rejected for { $stage }.
deployment-live-expired = ⬜ **{ $revision }** of { $service } waited too long for its approval for { $stage }.
deployment-live-rolled-back = ↩ **{ $revision }** of { $service } was rolled back on { $stage }.
deployment-step = Now: { $step }

deployment-field-revision = Revision
deployment-field-previous = Before
deployment-field-requester = Asked for by
deployment-field-approver = Approved by
deployment-field-rejecter = Rejected by
deployment-field-approvers = Who may approve
deployment-field-reason = Reason
deployment-field-took = Took
deployment-field-until = Waits until
deployment-reason-planned = planned
deployment-reason-hotfix = hotfix
deployment-reason-rollback = roll back
deployment-previous-none = nothing

## Why a deployment failed.

deployment-fault-timeout = it had not ended after { $bound }
deployment-fault-engine = the engine said: { $detail }
deployment-fault-user = it lies in what was asked for, not in the platform: { $detail }
deployment-fault-lost = the engine no longer knows it
deployment-fault-gone = the service or the stage is no longer part of this platform
deployment-fault-given-up = Hearth had trouble of its own and gave up; what stands there now only the engine knows; code { $code }
deployment-fault-unknown = the engine gave no reason

## Results; `person` is a mention.

deployment-result-succeeded = { $person } **{ $revision }** of { $service } runs on { $stage }. It took { $took }.
deployment-result-failed = { $person } **{ $revision }** of { $service } failed on { $stage } ({ $reason }). The button Roll back brings the last good revision.
deployment-result-failed-first = { $person } **{ $revision }** of { $service } failed on { $stage } ({ $reason }). No earlier revision has succeeded there.
deployment-result-rejected = { $person } **{ $revision }** of { $service } was rejected for { $stage } by { $rejecter }.
deployment-result-rejected-why = { $person } **{ $revision }** of { $service } was rejected for { $stage } by { $rejecter }: { $why }
deployment-result-expired = { $person } **{ $revision }** of { $service } waited too long for its approval for { $stage }. `/deploy` asks again.
deployment-result-rolled-back = { $person } { $service } on { $stage } is back at **{ $revision }**. It took { $took }.

## Replies.

deployment-request-accepted = { $person } brings **{ $revision }** of { $service } to { $stage }. { $channel } shows how it goes.
deployment-request-waiting = { $person } asks for **{ $revision }** of { $service } on { $stage }. Somebody else must approve it in { $channel }.
deployment-rollback-accepted = { $person } rolls { $service } on { $stage } back to **{ $revision }**. { $channel } shows how it goes.
deployment-approved = You approved **{ $revision }** of { $service } for { $stage }.
deployment-rejected = You rejected **{ $revision }** of { $service } for { $stage }.

## The plan of a dry run.

deployment-plan-title = What `/deploy` would do
deployment-plan-change = { $service } on { $stage }: **{ $previous }** → **{ $revision }**
deployment-plan-same = { $service } on { $stage } already runs **{ $revision }**; it would be brought there again.
deployment-plan-first = { $service } on { $stage }: **{ $revision }** would be the first.
deployment-plan-approval = Somebody of { $groups } must approve it.
deployment-plan-direct = It starts at once; no approval is needed.
deployment-plan-nothing = Nothing was changed.

## /status

status-title = What runs where
status-service = **{ $service }** (team { $team })
status-line = { $stage }: **{ $revision }**, arrived { $at }
status-line-none = { $stage }: nothing yet
status-line-active = { $stage }: **{ $revision }** { $state }, asked for { $at }
status-line-failed = { $stage }: the last try, **{ $revision }**, failed { $at }; before it, **{ $previous }** ran. `/rollback` brings it back.
status-line-failed-first = { $stage }: the last try, **{ $revision }**, failed { $at }; none has succeeded there yet.
status-short-service = **{ $service }**: { $places }
status-short = { $stage } { $revision }
status-short-none = { $stage } nothing yet
status-short-failed = { $stage } { $revision } failed
status-short-moving = { $place } ({ $revision } { $state })
status-none = No service is declared on this platform yet.
status-more =
    { $n ->
        [one] … and 1 more service. Name it to see it.
       *[other] … and { $n } more services. Name one to see it.
    }

## What only the keepers see in /status.

keepers-title = For the keepers
keepers-buried =
    { $n ->
        [0] No job is buried.
        [one] 1 job is buried: it failed for good and waits for you.
       *[other] { $n } jobs are buried: they failed for good and wait for you.
    }
keepers-buried-line = • { $job } · { $subject } · tried { $attempts } times · { $at } · code { $code }
keepers-buried-more = … and { $n } more.
keepers-held =
    { $n ->
        [one] 1 environment of { $team } is past its end. So many at once are not removed unasked: was a clock set, or a backup restored?
       *[other] { $n } environments of { $team } are past their end. So many at once are not removed unasked: was a clock set, or a backup restored?
    }
keepers-revived =
    { $n ->
        [one] 1 job is tried again.
       *[other] { $n } jobs are tried again.
    }
keepers-dismissed =
    { $n ->
        [one] 1 message is given up: nobody will read it.
       *[other] { $n } messages are given up: nobody will read them.
    }
keepers-removing =
    { $n ->
        [one] 1 environment of { $team } is removed now.
       *[other] { $n } environments of { $team } are removed now.
    }

## /history

history-title = History of { $service }
history-title-stage = History of { $service } on { $stage }
history-line = { $at } · { $stage } · **{ $revision }** · { $state } · { $person }
history-none = { $service } was never deployed here. `/deploy` brings it to a stage.
history-none-stage = { $service } was never deployed to { $stage }. `/deploy` brings it there.
history-more = Older ones are kept, too; name a stage to see more of it.
