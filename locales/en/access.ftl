## Rights, teams and who one is.

refused-right = You do not have the right **{ $right }** here. `/whoami` shows what you may do; the keepers of the platform give rights.
refused-narrowed = You hold the right for this, but this command is kept for { $groups }. Ask somebody of them, or the keepers of the platform.
refused-team-unknown = This team is not known here. Leave the option out, or pick one of the teams that are offered while you type.
refused-team-foreign = You do not belong to team **{ $team }**. Leave the option out, or ask somebody of that team.
refused-team-several = You belong to several teams: { $teams }. Say which one with the option `team`.
refused-team-none = You belong to no team that is known here. Ask the keepers of the platform for your team's role, or name one with the option `team`.
refused-not-your-team = **{ $name }** belongs to team { $team }. Ask somebody of that team, or the keepers of the platform.
refused-quota = Team { $team } uses { $used } of { $quota } environments. End one with `/env destroy`, then ask again; `/env list` shows them all.

## What each right lets a person do, as `/whoami` lists it.

right-environment-see = see environments and their logs
right-environment-create = ask for environments of your own team
right-environment-manage = extend and destroy environments of your own team
right-environment-manage-any = extend and destroy environments of every team
right-environment-pin = pin environments, so that they do not end by themselves
right-environment-approve = approve and reject environments of other people
right-deployment-see = see what runs where, and the history
right-deployment-request = ask for deployments
right-deployment-approve = approve and reject deployments of other people
right-deployment-rollback = roll back
right-survey-manage = open and close survey rounds
right-survey-results = see published survey results
right-digest-preview = see a digest before it is posted
right-digest-post = post a digest now
right-platform-keep = see what needs the platform's keepers

## /whoami

whoami-title = You are { $person }
whoami-team = Your team: **{ $team }** (owner: { $owner })
whoami-team-none = You belong to no team. The keepers of the platform can give you your team's role.
whoami-team-default = You belong to no team, so commands mean team **{ $team }**. The keepers of the platform can give you your team's role.
whoami-team-several = You belong to several teams: { $teams }. Commands ask which one you mean.
whoami-groups = Your groups: { $groups }
whoami-groups-none = You belong to no group of this platform, so only `/help` and `/whoami` are open to you. Ask the keepers of the platform.
whoami-rights = You may:
whoami-rights-none = You hold no rights here yet.
whoami-environments =
    { $used ->
        [0] Your team has no environment now; it may have { $quota }.
       *[other] Your team uses { $used } of { $quota } environments.
    }
whoami-language = Private answers come in English, as your Discord is set.
whoami-next = What next? `/help` lists the commands that are open to you.
