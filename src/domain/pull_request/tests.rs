//! What a pull request means for its environment.
