//! Who talks beside signed posts and sockets? People on every platform, by its stand-in.

use std::sync::Arc;

use rand::{SeedableRng as _, rngs::StdRng};

use super::{Size, world::World};
use crate::{
    home::free_address,
    people::{People, introduced},
    platforms::Way,
    process::Program,
};

/// On each platform.
const PERSONS: usize = 2;
const SEED: u64 = 1;

/// A studio that is on every platform.
pub(super) async fn start(program: &Program, size: Size) -> anyhow::Result<(Arc<World>, People)> {
    let address = free_address()?;
    let people = People::start(address).await?;
    let world = World::at(program, size, address, &people.settings()).await?;
    introduced(&world.home, &Way::ALL.map(Way::name)).await?;
    Ok((world, people))
}

/// People come to every platform, and talk until they are compared.
pub(super) async fn come(people: &mut People) -> anyhow::Result<()> {
    people.come(PERSONS, &mut StdRng::seed_from_u64(SEED)).await
}

/// People fall silent, and what is wrong with their conversations is a finding; how much of what they did was acknowledged.
pub(super) async fn compare(world: &World, people: &mut People) -> anyhow::Result<usize> {
    let compared = people.compare(&world.home, None, SEED, 0).await?;
    for finding in &compared.findings {
        world.finding(finding.to_string());
    }
    Ok(compared.acknowledged)
}
