## Refusals about digests.

refused-digest-unknown =
    { $near ->
        [none] There is no digest called **{ $name }**. `/help` lists the digests of this platform.
       *[other] There is no digest called **{ $name }**. Did you mean { $near }?
    }
refused-digest-channel = The channel of digest **{ $digest }** is not known on this server. Ask the keepers of the platform to name one that exists.

## Title and headline. `value` is one of the value sentences.

digest-title = 📊 { $platform }: week { $week }
digest-content = **{ $week }** · { $headline }
digest-content-decide = ⚠ Decide: { $what }
digest-content-look = All numbers, with targets and counterweights, are in the embed.
digest-headline-better = Better than usual: { $metric }, { $value }.
digest-headline-worse = Worse than usual: { $metric }, { $value }.
digest-headline-outside = That is outside the range of the last { $weeks } weeks ({ $low } – { $high }).
digest-headline-shifted = That differs from the last time ({ $before }) by more than chance.
digest-headline-alone = Nothing else changed beyond normal variation.
digest-headline-also = Also changed: { $metrics }.
digest-headline-conflict = Better: { $metric }. Worse at the same time, its counterweight: { $counter }. Look at both.
digest-headline-nothing = Nothing changed beyond normal variation.
digest-headline-young = Too few weeks to tell what is normal; from { $weeks } weeks on, changes are called.
digest-headline-running = What changed is called when the week is over.
digest-headline-no-data = There is no data for this week.
digest-headline-silent = There is no data for this week: nothing was heard since { $since }.

## Sections.

digest-section-decide = ⚠ Decide
digest-section-strategy = Strategy
digest-section-heat = HEAT
digest-section-delivery = Delivery
digest-section-goes-on = …
digest-heat-happiness = Happiness
digest-heat-efficiency = Efficiency
digest-heat-adoption = Adoption
digest-heat-task-success = Task success

digest-decide-environments =
    { $n ->
        [one] 1 environment could not be destroyed
       *[other] { $n } environments could not be destroyed
    }
digest-decide-approvals =
    { $n ->
        [one] 1 deployment waits for an approval
       *[other] { $n } deployments wait for an approval
    }

## Lines.

digest-line = { $metric }: **{ $value }**
digest-heat-line = **{ $part }** · { $metric }: { $value }
digest-heat-above = **{ $part }** · { $metric }: see above
digest-counterweight = ↔ { $metric }: { $value }
digest-goal = ▸ { $goal }
digest-target-at-least = at least { $value }
digest-target-at-most = at most { $value }
digest-target-met = target { $target }: met ✔
digest-target-missed = target { $target }: missed ✘
digest-target-unknown = target { $target }: not known yet
digest-earlier = last round: { $value }
digest-delivery-line =
    { $n ->
        [one] **{ $service }**: 1 deployment, { $failed } failed, { $rolled-back } rolled back
       *[other] **{ $service }**: { $n } deployments, { $failed } failed, { $rolled-back } rolled back
    }
digest-delivery-mended = had to be mended: { $value }
digest-delivery-unplanned = unplanned: { $value }
digest-delivery-none = No deployment to production this week.
digest-delivery-more =
    { $n ->
        [one] … and 1 more service
       *[other] … and { $n } more services
    }
digest-lines-more =
    { $n ->
        [one] … and 1 more line
       *[other] … and { $n } more lines
    }

## Footer. It shows text as it is, so that dates are written out.

digest-footer = { $window } · { $coverage } · definitions v{ $definition }
digest-window = { $from } – { $to } · { $zone }
digest-date =
    { $day } { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[other] Dec
    } { $year }
digest-coverage = coverage { $percent } %
digest-coverage-none = coverage unknown: no source was ever connected
digest-provisional = Provisional at { $at }: the week is not over.
digest-provisional-short = Provisional: the week is not over.
digest-frozen = Frozen { $at }.
digest-preview = Preview of { $at }: not frozen.
digest-sample = Includes sample data: made-up history, labelled as such, none of it measured.
digest-sample-short = includes sample data

## Replies.

digest-now-accepted = { $person } posts digest **{ $digest }**, the week so far, in { $channel }.
digest-preview-hint = Only you see this. It is how **{ $digest }** would look now.

## Charts. Their alternative texts are put together from these.

digest-chart-strategy = Strategy, week by week
digest-chart-heat = Task success and adoption, week by week
digest-chart-survey = Satisfaction, round by round
digest-chart-caption = { $window } · { $zone }
digest-chart-title-sample = { $title } ({ $sample })
digest-chart-n = n = { $n } in the last week
digest-chart-n-round = n = { $n } in the last round
digest-chart-unit-count = number
digest-chart-unit-share = share
digest-chart-unit-seconds = duration
digest-chart-unit-answers = answers
digest-chart-target = target
digest-chart-provisional = not over
digest-chart-decimal = .
digest-layer-ready = became ready
digest-layer-variation = normal variation
digest-layer-planned = planned
digest-layer-hotfix = hotfix
digest-layer-rollback = roll back
digest-layer-unclassified = no reason given
digest-layer-median = p50
digest-layer-p90 = up to p90
digest-layer-mean = mean
