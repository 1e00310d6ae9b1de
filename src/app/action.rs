//! What code can do for people: the table of actions that command files bind to.
