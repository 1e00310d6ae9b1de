//! Commands are declared in files and bound to actions: registration at Discord, `/help`, access
//! and the reference page all come from what is bound here.

pub mod bind;
pub mod bound;
pub mod declaration;
pub mod help;
pub mod near;
pub mod reference;
mod registration;
pub mod whoami;

pub use bind::bind;
pub use bound::{Argument, Arguments, Bound, BoundCommand, BoundOption};
pub use declaration::{Fault, File, gather};
