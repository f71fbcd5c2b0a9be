//! The indexes in the whole: created, built, asked and dropped while everything else goes on.

use shuttle::rand::{Rng, thread_rng};

use crate::base::spawn;
use crate::check::check;
use crate::execution::World;
use crate::indexed::Index;
use crate::shelf::View;
use crate::whole::{Scene, spawn_on};

/// Creates an index, builds it a piece at a time, drops it and creates it again.
fn keeper(scene: &Scene) {
    let mut now = Some(scene.shelf.create_index());
    for _ in 0..8 {
        match now.take() {
            None => now = Some(scene.shelf.create_index()),
            Some(index) if thread_rng().gen_range(0..4) > 0 => {
                scene.shelf.build(&index);
                now = Some(index);
            }
            Some(_) => scene.shelf.drop_index(),
        }
    }
}

/// Asks whatever index there is, and asks the same of the same view again later. A view goes on
/// when the index is dropped; a question about now then says so.
fn asker(scene: &Scene) {
    let mut asked: Vec<(View, Index)> = Vec::new();
    for _ in 0..4 {
        let Some(lease) = scene.shelf.rooms().open_view() else { break };
        let view = View::of(&scene.shelf, lease);
        // I8: found after the view was opened, so it is exact for this view from now on.
        if let Some(index) = scene.shelf.rooms().catalog.all().pop() {
            view.ask(&index);
            asked.push((view, index));
        }
        for (view, index) in &asked {
            scene.shelf.ask(index);
            view.ask(index);
        }
        if asked.len() > 1 {
            asked.swap_remove(thread_rng().gen_range(0..asked.len()));
        }
    }
}

/// Two writers, a maintainer, somebody who creates and drops, and somebody who asks: every answer
/// is what a walk over all documents gives, and in the end no entry is left over.
#[test]
fn indexes_say_what_all_documents_say() {
    check("indexes", WORLD, || {
        let scene = Scene::new();
        let writers = [0, 1].map(|which| {
            let scene = scene.clone();
            spawn(move || scene.writer(which))
        });
        let keeper = spawn_on(&scene, keeper);
        let asker = spawn_on(&scene, asker);
        let maintainer = spawn_on(&scene, Scene::maintainer);
        let added = writers.map(|writer| writer.join().unwrap()).iter().sum();
        keeper.join().unwrap();
        asker.join().unwrap();
        maintainer.join().unwrap();
        scene.finish(added);
    });
}

/// The same with a close at any instant: nobody, not even a build, looks at a value that came back
/// to its writer.
#[test]
fn indexes_of_a_closed_collection_say_what_was_there() {
    check("closed indexes", WORLD, || {
        let scene = Scene::new();
        let writers = [0, 1].map(|which| {
            let scene = scene.clone();
            spawn(move || scene.writer(which))
        });
        let keeper = spawn_on(&scene, keeper);
        let asker = spawn_on(&scene, asker);
        let ending = spawn_on(&scene, |scene| scene.shelf.close());
        for writer in writers {
            writer.join().unwrap();
        }
        keeper.join().unwrap();
        asker.join().unwrap();
        ending.join().unwrap();
        let indexes = scene.shelf.rooms().catalog.all();
        assert!(indexes.iter().all(|index| scene.shelf.ask(index).is_none()));
        scene.shelf.settle();
    });
}

const WORLD: World = World { threads: 6, shards: 2, reuse: false };
