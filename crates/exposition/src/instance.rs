//! What the label `instance` says: a server's name, made unique.

use std::collections::{HashMap, HashSet};

use domain::ServerId;

/// The value of `instance` for each of these servers, in their order.
///
/// It is the name. Where several servers have the same one, each of them is `name:id`, so that none depends on which was
/// there first.
pub fn instances<'a>(servers: impl Iterator<Item = (ServerId, &'a str)> + Clone) -> Vec<String> {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for (_, name) in servers.clone() {
        *times.entry(name).or_default() += 1;
    }
    let is_shared = |name: &str| times.get(name).is_some_and(|times| *times > 1);
    let own: HashSet<&str> = times.keys().copied().filter(|name| !is_shared(name)).collect();
    servers
        .map(|(id, name)| {
            let mut instance = name.to_owned();
            // Once more where somebody has given another server just this name. Two such texts never meet: the ids at
            // their ends differ.
            while is_shared(name) && (instance == name || own.contains(instance.as_str())) {
                instance = format!("{instance}:{id}");
            }
            instance
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(servers: &[(i64, &str)]) -> Vec<String> {
        instances(servers.iter().map(|(id, name)| (ServerId(*id), *name)))
    }

    #[test]
    fn a_name_that_one_server_has_is_its_instance() {
        assert_eq!(of(&[(1, "web"), (2, "db")]), ["web", "db"]);
    }

    #[test]
    fn servers_of_the_same_name_all_carry_their_id() {
        assert_eq!(of(&[(1, "web"), (2, "db"), (7, "web")]), ["web:1", "db", "web:7"]);
    }

    #[test]
    fn a_name_that_looks_like_a_made_one_stays_and_nothing_appears_twice() {
        let servers = [(1, "web"), (7, "web"), (3, "web:7"), (4, "web:1"), (5, "web:1"), (6, "web:7:7")];
        let all = of(&servers);
        assert_eq!(all, ["web:1", "web:7:7:7", "web:7", "web:1:4", "web:1:5", "web:7:7"]);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
    }
}
