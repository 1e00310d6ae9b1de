## Pull requests, in their team's channel.

refused-pull-request-moved = The pull request is not as it was when this button was made: it has newer commits, or is closed. Use the newest message about it.
refused-pull-request-let-in = Somebody has let this commit in already. The message about its environment follows it.
pull-request-title = Pull request { $name }
pull-request-asks = ✋ Pull request **{ $name }** comes from a fork or from somebody who may not have environments unasked. Read what it changes before you let it in: an environment runs its code. A later push needs another word.
pull-request-was-let-in = ⬜ { $person } let pull request **{ $name }** in.
pull-request-needs-no-word = ⬜ Pull request **{ $name }** needs nobody's word any more.
pull-request-let-in-done = { $person } let pull request **{ $name }** in, as it is at { $revision }.
pull-request-field-author = Author
pull-request-field-branch = Branch
button-let-in = Let it in
button-open-pull-request = Open the pull request

## The one comment at the forge, where everybody may read it. `url` is a ready link.

forge-comment-ready = ✅ Environment **{ $name }** is ready with { $revision }: { $url }
forge-comment-ready-without-link = ✅ Environment **{ $name }** is ready with { $revision }.
forge-comment-building = 🔨 Environment **{ $name }** is being built from { $revision }.
forge-comment-building-older = 🔨 Environment **{ $name }** is being built from { $revision }. { $newest } is built next.
forge-comment-updating = 🔨 Environment **{ $name }** makes room for newer commits.
forge-comment-queued = ⏳ Environment **{ $name }** waits for its place to be built from { $revision }.
forge-comment-awaits = ✋ Environment **{ $name }** waits for somebody who approves it. It will be built from { $revision }.
forge-comment-failed = ❌ Environment **{ $name }** could not be built from { $revision }. The reason and the logs are in Discord.
forge-comment-asleep = 🌙 Environment **{ $name }** is asleep. It can be woken in Discord.
forge-comment-going = 🧹 Environment **{ $name }** is being removed.
forge-comment-gone = ⬜ Environment **{ $name }** is gone. A push to the open pull request makes a new one.
forge-comment-closing = ⏳ Environment **{ $name }** is removed soon: the pull request is closed, or asks for none any more. Whoever reopens it in time keeps the environment.
forge-comment-closed = ⬜ Environment **{ $name }** is gone, because the pull request is closed or asks for none any more.
forge-comment-asks = ✋ Somebody of the team must let this pull request in before it gets an environment. They are asked in Discord.
forge-comment-asks-again = ✋ Environment **{ $name }** is still at { $revision }. Somebody of the team must let the newer commits in; they are asked in Discord.
forge-comment-quota = ⏳ There is no room for another environment: the team uses all of its quota. It is asked for again as soon as another one is gone.
forge-comment-refused = ❌ There is no environment for this pull request: the platform refuses it. The keepers of the platform can help.
forge-comment-follow = Follow it in Discord: { $url }
