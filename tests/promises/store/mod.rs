//! What a store of collections promises.

mod dump;
mod fork;
mod least;
mod life;
mod model;
mod names;
mod quota;
mod races;
mod scope;
mod view;
