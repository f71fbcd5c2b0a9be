//! What a store of collections promises.

mod budget;
mod dump;
mod fork;
mod lasting;
mod late;
mod least;
mod life;
mod model;
mod names;
mod quota;
mod races;
mod scope;
mod view;
