//! A bot whose database is lost: a fresh one takes its place, and the rows are made again from the engines.

use std::time::Duration;

use hearth::app::adoption::{self, Asking, Belonging, Find, Verdict};
use hearth::app::clock::Clock as _;
use hearth::store::{Options, Store};

use super::Bot;
use super::opening::provisioners;

impl Bot {
    /// Loses the database, is down for a while, takes back what the engines have, and lives on. Says what
    /// was found.
    pub async fn lose_database(&mut self, down_for: Duration) -> Vec<String> {
        let former = self.app.store().installation().to_owned();
        self.stop().await;
        self.app.store().close().await;
        self.clock.forward(down_for);
        match self.url.strip_prefix("sqlite:") {
            Some(path) => {
                for end in ["", "-wal", "-shm"] {
                    let _never_made = std::fs::remove_file(format!("{path}{end}"));
                }
            }
            None => self.url = crate::postgres::database().await,
        }
        self.adopt(&former).await
    }

    /// Stops, takes back what the engines have of this installation, and lives on.
    pub async fn adopt_again(&mut self) -> Vec<String> {
        let own = self.app.store().installation().to_owned();
        self.stop().await;
        self.app.store().close().await;
        self.adopt(&own).await
    }

    async fn adopt(&mut self, installation: &str) -> Vec<String> {
        let store = Box::pin(Store::open(&self.url, Options::default()))
            .await
            .unwrap();
        let platform = self.app.definitions().platform.clone();
        let asking = Asking {
            store: &store,
            provisioners: &provisioners(&self.exec, &self.kept),
            platform: &platform,
            installation,
            now: self.clock.now(),
        };
        let found = adoption::look(&asking).await.unwrap();
        assert_eq!(found.troubles, Vec::<String>::new());
        let belongs = adoption::belong_to(&store, installation).await.unwrap();
        assert_eq!(belongs, Belonging::Taken);
        for find in &found.finds {
            if let Verdict::Adopt(change) = &find.verdict {
                assert!(adoption::take(&store, change, asking.now).await.unwrap());
                // A second one is refused, and changes nothing.
                assert!(!adoption::take(&store, change, asking.now).await.unwrap());
            }
        }
        store.close().await;
        self.restart_from(platform).await;
        found.finds.iter().map(said).collect()
    }
}

fn said(find: &Find) -> String {
    let what = match &find.verdict {
        Verdict::Adopt(change) => format!("adopt as {}", change.next.state.word()),
        Verdict::Known => "known".to_owned(),
        Verdict::Left(why) => format!("leave: {why}"),
    };
    format!("{} {}: {what}", find.provider, find.name)
}
