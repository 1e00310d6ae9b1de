## /help

help-title = What you can do with { $platform }
help-intro = The commands that are open to you. Names complete while you type.
help-environment = Environments
help-deployment = Deployments
help-survey = Surveys
help-digest = Digests
help-general = About you
help-line = { $usage }: { $description }
help-example = Example: { $example }
help-about = { $description }
help-templates = Templates
help-services = Services
help-stages = Stages
help-surveys = Surveys
help-digests = Digests
help-none = none yet
help-template = **{ $name }**: { $description }
help-more =
    { $n ->
        [one] … and 1 more
       *[other] … and { $n } more
    }
help-hidden =
    { $n ->
        [one] 1 more command needs a right that you do not have; `/whoami` shows yours.
       *[other] { $n } more commands need rights that you do not have; `/whoami` shows yours.
    }
help-command = How to use { $command }
help-command-allowed = Needs the right **{ $right }**.
help-option-required = • **{ $name }**: { $description }
help-option-optional = • [**{ $name }**]: { $description }

## Descriptions of commands. At most 100 characters.

command-env = Environments: ask for one, see it, extend it, let it sleep, destroy it
command-env-create = Ask for an environment of your team
command-env-list = List environments
command-env-show = Show how an environment stands
command-env-logs = Show the last lines that an environment has written
command-env-extend = Let an environment live longer
command-env-destroy = Destroy an environment
command-env-why = Say why an environment is here, and what happens to it next
command-env-pin = Pin an environment, so that it does not end by itself
command-env-unpin = Take the pin out, so that it ends again
command-env-sleep = Put an environment to sleep
command-env-wake = Wake an environment
command-env-give = Give an environment to somebody else
command-deploy = Bring a revision of a service to a stage
command-rollback = Bring an earlier revision of a service back to a stage
command-status = What runs where
command-history = What was deployed, when and by whom
command-survey = Survey rounds: open, close, see the results
command-survey-open = Open a round of a survey
command-survey-close = Close the open round and publish what may be published
command-survey-results = Show the published results of the last round
command-digest = The digest of the platform's metrics
command-digest-now = Post the week so far
command-digest-preview = See the digest in private before it is posted
command-help = What you can do here
command-whoami = Your team, your groups, your rights

## Descriptions of options. At most 100 characters.

option-template = The recipe it is made from
option-name = Name of the environment
option-env-create-name = A name: lower-case letters, digits and hyphens
option-env-give-to = Who shall have it
option-until = When to ask whether it is still needed: 2026-12-24, 14d, 2w
option-pull_request = Number of the pull request it is for
option-revision = Branch, tag or commit
option-ttl = How many hours it shall live
option-team = The team it is for, if you belong to several
option-whose = Whose environments
option-by = By how many hours
option-service = The service
option-stage = The stage
option-reason = Why it is deployed
option-dry_run = Only show what would happen
option-to = The revision to roll back to; the last good one if left out
option-why = Why it is rolled back
option-survey = The survey; needed if there are several
option-digest = The digest; needed if there are several
option-command = A command to explain

## Names of choices. At most 100 characters.

choice-whose-mine = mine
choice-whose-team = my team's
choice-whose-all = everybody's
choice-reason-planned = planned
choice-reason-hotfix = hotfix
