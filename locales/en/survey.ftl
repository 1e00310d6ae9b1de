## The instrument. Its wording is locked: a new wording is a new series, never an edit.

survey-question-overall = Overall, how satisfied or dissatisfied are you with { $platform }?
survey-answer-1 = Extremely dissatisfied
survey-answer-2 = Moderately dissatisfied
survey-answer-3 = Slightly dissatisfied
survey-answer-4 = Neither satisfied nor dissatisfied
survey-answer-5 = Slightly satisfied
survey-answer-6 = Moderately satisfied
survey-answer-7 = Extremely satisfied

## What is promised, and nothing stronger.

survey-promise = Confidential while open, anonymous once closed.

## Refusals about surveys.

refused-survey-unknown =
    { $near ->
        [none] There is no survey called **{ $name }**. `/help` lists the surveys of this platform.
       *[other] There is no survey called **{ $name }**. Did you mean { $near }?
    }
refused-round-open = A round of **{ $survey }** is open already. `/survey close` ends it.
refused-round-none = There is no open round of **{ $survey }**. `/survey open` opens one.
refused-round-closed = This round is closed; nothing can be answered or changed in it any more. The next round will ask again.
refused-not-audience = This survey asks the people with the role **{ $role }**. Thank you for wanting to answer!
refused-survey-off = Surveys are off, because the secret that keeps answers confidential is missing or is no longer the one that this round was opened with. The keepers of the platform can mend that.
refused-results-none = No round of **{ $survey }** has been closed yet, so there are no results. They come once, when a round is closed.

## The prompt.

survey-prompt-title = How is { $platform } for you?
survey-prompt-how = One question, less than a minute, answered in private. The round closes { $until }.
survey-prompt-who = Asked: everybody with the role { $role }.
survey-prompt-closed = This round is closed. Thank you to everybody who answered!
survey-reminder = A reminder for everybody who was asked: the round closes { $relative }. If you have answered already, there is nothing to do.

## The ballot, in private.

survey-ballot-placeholder = Choose your answer
survey-ballot-hint = Only you see this. You can change or withdraw your answer until the round closes.
survey-ballot-current = Your answer so far: **{ $answer }**
survey-thanks = Thank you! Your answer: **{ $answer }**.
survey-changed = Changed. Your answer is now: **{ $answer }**.
survey-withdrawn = Your answer is withdrawn; nothing of it is kept. You can answer again.
survey-withdraw-none = There is no answer of yours in this round, so there is nothing to withdraw.
survey-comment-saved = Thank you, your comment is kept with your answer.
survey-comment-first = Choose an answer first; then you can add a comment.

survey-form-title = One thing to fix first
survey-form-label = What one thing should we fix first?
survey-form-placeholder = Please name neither yourself nor anybody else.

## Opening and closing.

survey-open-accepted = { $person } opens a round of **{ $survey }**. The question is posted in { $channel }.
survey-close-accepted = { $person } closes the round of **{ $survey }**. The key is destroyed first; then what may be published is posted in { $channel }.

## Results.

survey-results-title = Results: { $survey }
survey-results-round = Round of { $opened } to { $closed }
survey-results-share = **{ $satisfied } of { $n } are satisfied** ({ $percent } %, could be { $low } – { $high } %)
survey-results-share-high = **At least { $percent } % of { $n } are satisfied** (could be { $low } – 100 %)
survey-results-share-low = **At most { $percent } % of { $n } are satisfied** (could be 0 – { $high } %)
survey-results-asked =
    { $asked ->
        [one] { $n } of 1 person asked answered.
       *[other] { $n } of { $asked } people asked answered.
    }
survey-results-asked-unknown =
    { $n ->
        [one] 1 person answered; how many were asked is not known.
       *[other] { $n } people answered; how many were asked is not known.
    }
survey-results-meaning = Satisfied means “Moderately satisfied” or “Extremely satisfied”; the range is a 95 % Wilson interval.
survey-results-withheld =
    { $n ->
        [0] Nobody answered in this round, so there is nothing to publish.
        [one] 1 person answered. Results are published from { $k } answers on, so that nobody can be recognised.
       *[other] { $n } people answered. Results are published from { $k } answers on, so that nobody can be recognised.
    }
survey-results-distribution = How the answers are spread
survey-results-distribution-line = { $answer }: { $count }
survey-results-distribution-agreed = How the answers are spread is not shown where all but at most one say the same, so that nobody can be recognised.
survey-results-distribution-withheld = How the answers are spread is shown from { $n } answers on.
survey-results-comments = What people wrote, in no order
survey-results-comment = “{ $comment }”
survey-results-comments-withheld = Comments are shown from { $n } answers on.
survey-results-comments-none = Nobody left a comment.
survey-results-more =
    { $n ->
        [one] … and 1 more comment in the file.
       *[other] … and { $n } more comments in the file.
    }
survey-results-left-out =
    { $n ->
        [one] … and 1 more that does not fit here.
       *[other] … and { $n } more that do not fit here.
    }
survey-results-destroyed = The key of this round was destroyed before anything was counted.
survey-results-next = Next: what we make of it. You will read it here before the next round.
