//! Kills in the middle: of the bot, the supervisor, the driver, Terraform. Nothing is doubled and nothing forgotten.

use hearth::providers::{Found, Phase, Provisioner, Started};

use super::super::bench::{
    BOUND, Witness, first_line, kill, kill_the_supervisor, pipe, release, settle, settle_and_listen,
};
use super::ground::{Ground, module_by};

/// A module whose resource notes `made`, tells its process by a pipe, waits for another pipe, and notes its end.
/// Unmaking it notes `unmade`.
pub struct Slow {
    begun: std::path::PathBuf,
    pub go: std::path::PathBuf,
    pub module: std::path::PathBuf,
    deeds: std::path::PathBuf,
}

impl Slow {
    pub fn new(ground: &Ground) -> Self {
        let (begun, go) = (pipe(ground, "begun"), pipe(ground, "go"));
        let deeds = ground.path("deeds");
        let made = format!(
            "echo made >>{deeds}; cut -d' ' -f4 /proc/$$/stat >{begun}; read line <{go}; echo done >>{deeds}",
            deeds = deeds.display(),
            begun = begun.display(),
            go = go.display()
        );
        let unmade = format!("echo unmade >>{}", deeds.display());
        let module = ground.module("slow", &module_by(&made, &unmade));
        Self {
            begun,
            go,
            module,
            deeds,
        }
    }

    /// Waits until it is in the middle of its work; the process that works is Terraform.
    pub async fn is_at_work(&self) -> i32 {
        first_line(&self.begun).await.trim().parse().unwrap()
    }

    pub fn deeds(&self) -> String {
        std::fs::read_to_string(&self.deeds)
            .unwrap_or_default()
            .replace('\n', " ")
    }
}

/// Whoever drives Terraform for this key: the child of the supervisor.
fn driver(ground: &Ground, op_key: &str) -> i32 {
    let text = std::fs::read(ground.operation_folder(op_key).join("supervisor.json")).unwrap();
    let supervisor = serde_json::from_slice::<serde_json::Value>(&text).unwrap()["pid"].to_string();
    let children = format!("/proc/{supervisor}/task/{supervisor}/children");
    let children = std::fs::read_to_string(children).unwrap();
    children.trim().parse().unwrap()
}

#[tokio::test]
async fn a_killed_supervisor_leaves_terraform_at_work_and_the_next_one_takes_it_over() {
    let mut ground = Ground::new();
    let slow = Slow::new(&ground);
    let order = ground.order(&slow.module, "", "one");
    ground.terraform.start(&order).await.unwrap();
    slow.is_at_work().await;
    kill_the_supervisor(&ground.operation_folder("one")).await;
    ground.restart();

    assert_eq!(ground.terraform.find(&order).await.unwrap(), Found::None);
    let reference = "one".to_owned();
    assert_eq!(
        ground.terraform.start(&order).await.unwrap(),
        Started::Started { reference }
    );
    let ((seen, news), ()) = tokio::join!(
        settle_and_listen(&ground.terraform, &order),
        release(&slow.go)
    );
    assert_eq!((seen.phase, seen.message), (Phase::Succeeded, None));
    assert_eq!(slow.deeds(), "made done ");
    assert!(
        news.iter()
            .any(|line| line == "plan: 1 to add, 0 to change, 0 to destroy"),
        "what the first one told stays: {news:?}"
    );
    ground.terraform.destroy(&order, BOUND).await.unwrap();
    assert_eq!(slow.deeds(), "made done unmade ");
}

#[tokio::test]
async fn a_killed_driver_fails_the_environment_and_its_terraform_is_stopped_by_destroying() {
    let ground = Ground::new();
    let slow = Slow::new(&ground);
    let order = ground.order(&slow.module, "", "one");
    ground.terraform.start(&order).await.unwrap();
    slow.is_at_work().await;
    kill(driver(&ground, "one"));
    let seen = settle(&ground.terraform, &order).await.unwrap();
    assert_eq!(seen.phase, Phase::Failed);
    ground.terraform.destroy(&order, BOUND).await.unwrap();
    // A half-made resource is in the state of a Terraform that was interrupted, so it is unmade. (Terraform runs no
    // destroy provisioner of a resource that is tainted.)
    assert_eq!(slow.deeds(), "made ");
    assert_eq!(ground.workspaces(&slow.module), Vec::<String>::new());
}

#[tokio::test]
async fn a_killed_terraform_is_started_again_and_what_it_provisioned_ends_first() {
    let ground = Ground::new();
    let witness = Witness::new(&ground, "witness");
    let (begun, first) = (pipe(&ground, "begun"), ground.path("first"));
    let made = format!(
        "if [ -e {first} ]; then exit 0; fi; touch {first}; exec 9>{}; cut -d' ' -f4 /proc/$$/stat >{}; sleep 3600",
        witness.path.display(),
        begun.display(),
        first = first.display()
    );
    let module = ground.module("shop", &module_by(&made, "true"));
    let order = ground.order(&module, "", "one");
    ground.terraform.start(&order).await.unwrap();
    let pid = first_line(&begun).await.trim().parse().unwrap();
    kill(pid);
    let (seen, news) = settle_and_listen(&ground.terraform, &order).await;
    assert_eq!((seen.phase, seen.message), (Phase::Succeeded, None));
    assert!(
        news.iter()
            .any(|line| line.starts_with("the program was killed while it worked")),
        "{news:?}"
    );
    witness.all_have_ended().await;
    ground.terraform.destroy(&order, BOUND).await.unwrap();
    assert_eq!(ground.workspaces(&module), Vec::<String>::new());
}

#[tokio::test]
async fn a_terraform_that_is_killed_again_fails_and_can_be_destroyed() {
    let ground = Ground::new();
    let slow = Slow::new(&ground);
    let order = ground.order(&slow.module, "", "one");
    ground.terraform.start(&order).await.unwrap();
    for _ in 0..2 {
        kill(slow.is_at_work().await);
    }
    let seen = settle(&ground.terraform, &order).await.unwrap();
    assert_eq!(
        (seen.phase, seen.message.as_deref()),
        (Phase::Failed, Some("apply was killed (`up`: exit code 1)"))
    );
    ground.terraform.destroy(&order, BOUND).await.unwrap();
    assert_eq!(ground.workspaces(&slow.module), Vec::<String>::new());
}

#[tokio::test]
async fn after_a_power_cut_everything_is_begun_again_once() {
    let mut ground = Ground::new();
    let slow = Slow::new(&ground);
    let order = ground.order(&slow.module, "", "one");
    ground.terraform.start(&order).await.unwrap();
    let terraform = slow.is_at_work().await;
    let driver = driver(&ground, "one");
    kill_the_supervisor(&ground.operation_folder("one")).await;
    kill(driver);
    kill(terraform);
    ground.restart();
    ground.terraform.start(&order).await.unwrap();
    slow.is_at_work().await;
    let (seen, ()) = tokio::join!(settle(&ground.terraform, &order), release(&slow.go));
    assert_eq!(seen.unwrap().phase, Phase::Succeeded);
    // What was in flight is not in any state, so it is made a second time; the first did not go on.
    assert_eq!(slow.deeds(), "made made done ");
}

#[tokio::test]
async fn destroying_interrupts_what_is_being_made() {
    let ground = Ground::new();
    let slow = Slow::new(&ground);
    let order = ground.order(&slow.module, "", "one");
    ground.terraform.start(&order).await.unwrap();
    slow.is_at_work().await;
    ground.terraform.destroy(&order, BOUND).await.unwrap();
    assert_eq!(slow.deeds(), "made ");
    assert_eq!(ground.workspaces(&slow.module), Vec::<String>::new());
    assert!(!ground.state_of("one").exists() && !ground.operation_folder("one").exists());
    assert_eq!(ground.terraform.find(&order).await.unwrap(), Found::None);
}

#[tokio::test]
async fn destroying_goes_on_when_nobody_waits_for_it_and_is_found_again() {
    let mut ground = Ground::new();
    let (begun, go) = (pipe(&ground, "begun"), pipe(&ground, "go"));
    let deeds = ground.path("deeds");
    let unmade = format!(
        "echo x >{}; read line <{}; echo unmade >>{}",
        begun.display(),
        go.display(),
        deeds.display()
    );
    let module = ground.module("shop", &module_by("true", &unmade));
    let order = ground.order(&module, "", "one");
    ground.terraform.start(&order).await.unwrap();
    settle(&ground.terraform, &order).await.unwrap();
    tokio::select! {
        gone = ground.terraform.destroy(&order, BOUND) => panic!("{gone:?}"),
        line = first_line(&begun) => assert_eq!(line, "x\n"),
    }
    ground.restart();
    let (gone, ()) = tokio::join!(ground.terraform.destroy(&order, BOUND), release(&go));
    gone.unwrap();
    assert_eq!(std::fs::read_to_string(deeds).unwrap(), "unmade\n");
    assert_eq!(ground.workspaces(&module), Vec::<String>::new());
}

#[tokio::test]
async fn what_takes_too_long_is_interrupted_and_says_so() {
    let ground = Ground::new();
    let slow = Slow::new(&ground);
    let order = ground.order(&slow.module, "up_seconds_max = 3", "one");
    ground.terraform.start(&order).await.unwrap();
    slow.is_at_work().await;
    let seen = settle(&ground.terraform, &order).await.unwrap();
    assert_eq!(
        seen.message.as_deref(),
        Some("it was stopped (`up`: it took longer than 3 s and was stopped)")
    );
    ground.terraform.destroy(&order, BOUND).await.unwrap();
    assert_eq!(slow.deeds(), "made ");
}

#[tokio::test]
async fn a_start_that_was_lost_before_terraform_began_is_made_good_by_starting() {
    let ground = Ground::new();
    let module = ground.module("shop", super::MODULE);
    let order = ground.order(&module, "", "one");
    // A folder half made, as after a crash between two steps.
    std::fs::create_dir_all(ground.operation_folder("one")).unwrap();
    std::fs::create_dir_all(ground.state_of("one")).unwrap();
    std::fs::write(
        ground.operation_folder("one").join("plan.new"),
        "{\"half\":",
    )
    .unwrap();
    assert_eq!(ground.terraform.find(&order).await.unwrap(), Found::None);
    let seen = ground.terraform.observe(&order, "one").await.unwrap();
    assert_eq!(seen.phase, Phase::Absent);
    ground.terraform.start(&order).await.unwrap();
    let seen = settle(&ground.terraform, &order).await.unwrap();
    assert_eq!(seen.phase, Phase::Succeeded);
}
