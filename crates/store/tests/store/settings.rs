//! The program's own settings.

use crate::fixture::NOW;

on_each_database! {
    async fn a_setting_is_set_and_replaced(store) {
        assert_eq!(store.settings().get("key_check").await.unwrap(), None);
        store.settings().set("key_check", "one", NOW).await.unwrap();
        store.settings().set("key_check", "two", NOW + 1).await.unwrap();
        assert_eq!(store.settings().get("key_check").await.unwrap().as_deref(), Some("two"));
        assert_eq!(store.settings().get("KEY_CHECK").await.unwrap(), None);
    }

    async fn a_setting_that_is_there_is_kept(store) {
        assert_eq!(store.settings().set_if_absent("a", "one", NOW).await.unwrap(), "one");
        assert_eq!(store.settings().set_if_absent("a", "two", NOW).await.unwrap(), "one");
        assert_eq!(store.settings().get("a").await.unwrap().as_deref(), Some("one"));
    }

    async fn of_many_values_set_at_once_all_see_the_same_one(store) {
        let attempts: Vec<_> = (0..10)
            .map(|number| {
                let store = store.clone();
                tokio::spawn(async move { store.settings().set_if_absent("a", &number.to_string(), NOW).await })
            })
            .collect();
        let mut seen = Vec::new();
        for attempt in attempts {
            seen.push(attempt.await.unwrap().unwrap());
        }
        seen.dedup();
        assert_eq!(seen.len(), 1, "{seen:?}");
    }
}
