## Refusals about digests.

refused-digest-unknown =
    { $near ->
        [none] There is no digest called **{ $name }**. `/help` lists the digests of this platform.
       *[other] There is no digest called **{ $name }**. Did you mean { $near }?
    }

## Title and headline.

digest-title = 📊 { $platform }: week { $week }
digest-window = { $from } – { $to } · { $zone }
digest-headline-called = { $metric }: { $value }, outside the range of the last { $weeks } weeks ({ $low } – { $high }).
digest-headline-called-alone = { $metric }: { $value }, outside the range of the last { $weeks } weeks ({ $low } – { $high }). Nothing else changed beyond normal variation.
digest-headline-conflict = { $metric } improved while { $counter } became worse. Look at both.
digest-headline-nothing = Nothing changed beyond normal variation.
digest-headline-young = Too few weeks to tell what is normal; from { $weeks } weeks on, changes are called.
digest-headline-no-data = There is no data for this week.

## Sections.

digest-section-decide = ⚠ Decide
digest-section-strategy = Strategy
digest-section-heat = HEAT
digest-section-delivery = Delivery
digest-section-incidents = Incidents
digest-section-survey = Survey
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
digest-decide-survey = Survey { $survey }: nothing is written yet about what follows from the last round

## Lines. `trend` is one of the trend sentences.

digest-line = { $metric }: **{ $value }** · { $trend }
digest-line-plain = { $metric }: **{ $value }**
digest-line-target = { $metric }: **{ $value }** · target { $target } · { $trend }
digest-counterweight = ↔ counterweight { $metric }: { $value }
digest-counterweight-none = ↔ no counterweight: { $reason }
digest-target-at-least = at least { $value }
digest-target-at-most = at most { $value }
digest-target-met = target { $target }: met
digest-target-missed = target { $target }: missed
digest-goal = **{ $goal }**
digest-goal-problem = In the way: { $problem }
digest-goal-initiatives = What is done: { $initiatives }
digest-delivery-line =
    { $n ->
        [one] { $service }: 1 deployment, { $failed } failed, { $rolled-back } rolled back
       *[other] { $service }: { $n } deployments, { $failed } failed, { $rolled-back } rolled back
    }
digest-delivery-none = No deployment this week.
digest-delivery-more =
    { $n ->
        [one] … and 1 more service
       *[other] … and { $n } more services
    }

## Footer.

digest-footer = { $window } · { $zone } · coverage { $coverage } % · definitions v{ $definition }
digest-footer-sources =
    { $sources ->
        [one] { $connected } of 1 source connected the whole week
       *[other] { $connected } of { $sources } sources connected the whole week
    }
digest-provisional = Provisional: the week is not over.
digest-frozen = Frozen { $at }.
digest-revised = Revised { $at }: late facts came in.
digest-sample = Includes sample data: made-up history, labelled as such, none of it measured.
digest-late = This edition comes late: Hearth was down when it was due.

## Replies.

digest-now-accepted = { $person } posts digest **{ $digest }**, the week so far, in { $channel }.
digest-preview-hint = Only you see this. It is how **{ $digest }** would look now.

## Charts and their alternative texts.

digest-chart-environments = Environments that became ready, by week
digest-chart-ready-time = Time until an environment is ready
digest-chart-deployments = Deployments to production, by week
digest-chart-pipeline = Pipeline duration
digest-chart-axis-week = week
digest-chart-axis-count = number
digest-chart-axis-minutes = minutes
digest-chart-series-p50 = p50
digest-chart-series-p90 = p90
digest-chart-series-mean = mean
digest-chart-series-target = target
digest-chart-series-normal = normal variation
digest-chart-caption = n = { $n } · { $from } – { $to }
digest-chart-alt = { $title }, { $weeks } weeks. Last week: { $last }. Lowest { $low }, highest { $high }.
digest-chart-alt-gaps =
    { $gaps ->
        [one] 1 week has no data.
       *[other] { $gaps } weeks have no data.
    }
digest-chart-alt-none = { $title }: no data in { $weeks } weeks.
