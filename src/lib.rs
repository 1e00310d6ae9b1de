//! Hearth: the front door, the ear and the mirror of an internal developer platform, on Discord.

pub mod domain;
pub mod playground {
    //! A Discord on your own machine, and the sample service.
    pub mod sample;
}
pub mod providers;
