//! What a store of collections promises.

mod dump;
mod fork;
mod life;
mod names;
mod races;
mod view;
