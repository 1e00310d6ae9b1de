## Names of metrics; the id is the catalogue's.

metric-s1 = Availability
metric-s2 = Error budget
metric-s3 = Incidents
metric-s4 = Reviews of incidents
metric-s5 = Environments that became ready
metric-s5-coverage = Pull requests with an environment
metric-s5-failed = Environments that failed
metric-s5-idle = Idle hours of environments
metric-s6 = Deployments to production
metric-s7 = Time until an environment is ready
metric-s8 = Pipeline duration
metric-d1 = Lead time of changes
metric-d3 = Time to recover from failed deployments
metric-d4 = Share of deployments that failed
metric-d5 = Share of unplanned deployments
metric-h1 = Satisfied
metric-h2 = Usability (UMUX-LITE)
metric-h3 = Would recommend the platform
metric-h4 = Answered of those asked
metric-e3 = Wait for an approval
metric-e4 = Time to the first success
metric-a1 = Teams that use the platform
metric-a2 = Capabilities used by a team
metric-a3 = Teams that use it by choice
metric-a4 = Teams that stopped
metric-t1 = Tasks that succeeded
metric-t2 = Tasks that succeeded at the first try
metric-t3 = Failures that were the platform's
metric-t4 = Questions for help

## What each of them means, in one line.

metric-s5-about = Environments that reached ready in the week; rebuilding one counts once.
metric-s6-about = Successful production deployments of the week, roll backs left out.
metric-s7-about = From the accepted request to the answering health address; failures count as never.
metric-s8-about = From the start to the end of pipeline runs that succeeded.
metric-h1-about = The two most satisfied answers of seven, with a 95 % Wilson interval.
metric-h4-about = Answers of the round by the people who held the asked role at its opening.
metric-e3-about = From asking for an approval to its decision.
metric-a1-about = Teams with at least one successful task in the last 28 days, of all teams that count.
metric-a4-about = Teams that used the platform in the 28 days before, and not since.
metric-t1-about = Tasks that ended in success, of all that ended.
metric-t2-about = Tasks that succeeded at the first try, of all that ended.
metric-t3-about = Tries that failed by the platform's fault, of all tries; a fault that nobody knows is the platform's.

## Values. Null is never 0.

value-percent = { $percent } %
value-never = never
value-no-data = no data
value-no-data-since = no data (source silent since { $since })
value-no-source = not measured yet
value-no-round = no round was closed this week
value-share = { $numerator } of { $denominator } ({ $percent } %, could be { $low } – { $high } %)
value-share-none = none in { $n } tries; the true share could still be up to { $high } %
value-share-all = all of { $n }; the true share could still be down to { $low } %
value-at-least = at least { $percent } % of { $n }
value-at-most = at most { $percent } % of { $n }
value-withheld = withheld: too few answers ({ $n })
value-teams =
    { $denominator ->
        [one] { $numerator } of 1 team
       *[other] { $numerator } of { $denominator } teams
    }
value-too-few = too few to summarise: { $values }
value-failed =
    { $n ->
        [one] 1 failed
       *[other] { $n } failed
    }
value-median = p50 { $median } (n = { $n })
value-quantiles = p50 { $median } · p90 { $high } (n = { $n })
value-mean = mean { $mean } · p50 { $median } (n = { $n })
value-automation = { $value } (and { $n } by automations)
value-open = { $value }, { $n } still open

## Trends. An arrow is drawn for a called change only.

trend-normal = within normal variation
trend-up = ↑ outside the range of the last { $weeks } weeks ({ $low } – { $high })
trend-down = ↓ outside the range of the last { $weeks } weeks ({ $low } – { $high })
trend-shifted-up = ↑ from { $before }, more than chance
trend-shifted-down = ↓ from { $before }, more than chance
trend-shifted-pace-up = ↑ faster than in the last whole week ({ $before }), more than chance
trend-shifted-pace-down = ↓ slower than in the last whole week ({ $before }), more than chance
trend-same = as before
trend-chance = could be chance (before: { $before })
trend-chance-points = { $before } → { $now } could be chance ({ $low } to { $high } points)
trend-chance-pace = the last whole week had { $before }; the pace could be the same
trend-too-few = too few to tell a change

## Lengths of time and lists, put together in code.

amount-days =
    { $n ->
        [one] 1 day
       *[other] { $n } days
    }
amount-hours = { $n } h
amount-minutes = { $n } m
amount-seconds = { $n } s
amount-less = under 1 s
list-last = { $list } and { $last }
list-either = { $list } or { $last }
