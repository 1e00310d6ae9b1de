//! What is compared with what, and the tables that say how it came out.

use std::fmt::Write as _;
use std::time::Duration;

use crate::load::{Line, percentile};
use crate::process::{Cost, Memory};

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A bare serenity bot.
    Bare,
    /// The same with one SQLite insert before its answer.
    BareInsert,
    /// Hearth's `/whoami`: one small query.
    Whoami,
    /// Hearth's `/env list`: rows from the store, rendered.
    List,
    /// Hearth's `/env extend`: one deciding transaction, and a message that is edited afterwards.
    Extend,
}

/// One bot in one round.
pub struct Round {
    /// Which bot.
    pub subject: Subject,
    /// From its start to the arrival of its commands.
    pub registered_after: Duration,
    /// From its start to its gateway session.
    pub connected_after: Duration,
    /// Memory before the first interaction.
    pub idle: Memory,
    /// Memory after the last one.
    pub after: Memory,
    /// By rate.
    pub costs: Vec<Cost>,
}

/// What the design allows.
const READ_RATIO_MAX: f64 = 1.5;
const WRITE_RATIO_MAX: f64 = 2.0;
const IDLE_MIB_MAX: f64 = 24.0;
const REGISTERED_MS_MAX: f64 = 150.0;
/// The rate to which the budgets of CPU belong.
const BUDGET_RATE: u32 = 400;

impl Subject {
    /// All, in the order in which they are measured.
    pub const ALL: [Self; 5] = [
        Self::Bare,
        Self::BareInsert,
        Self::Whoami,
        Self::List,
        Self::Extend,
    ];

    /// Its name between the two processes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::BareInsert => "bare-insert",
            Self::Whoami => "whoami",
            Self::List => "list",
            Self::Extend => "extend",
        }
    }

    /// The one with this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|subject| subject.name() == name)
    }

    /// What the tables call it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Bare => "bare serenity bot",
            Self::BareInsert => "the same with one insert",
            Self::Whoami => "Hearth, `/whoami`",
            Self::List => "Hearth, `/env list`",
            Self::Extend => "Hearth, `/env extend`",
        }
    }

    /// Whether it is Hearth.
    pub fn is_hearth(self) -> bool {
        !matches!(self, Self::Bare | Self::BareInsert)
    }

    /// Whether it is the program `hearth`. What is extended without end is not: its platform cannot be declared.
    pub fn is_binary(self) -> bool {
        matches!(self, Self::Whoami | Self::List)
    }

    /// What is typed.
    pub fn line(self) -> Line {
        match self {
            Self::Bare | Self::BareInsert => Line::new("ping", &[]),
            Self::Whoami => Line::new("whoami", &[]),
            Self::List => Line::new("env list", &[]),
            Self::Extend => Line::new("env extend", &[("name", "bench"), ("by", "1")]),
        }
    }

    /// What its CPU is compared with, and how many times as much it may take.
    fn budget(self) -> Option<(Self, f64)> {
        match self {
            Self::Bare | Self::BareInsert => None,
            Self::Whoami | Self::List => Some((Self::Bare, READ_RATIO_MAX)),
            Self::Extend => Some((Self::BareInsert, WRITE_RATIO_MAX)),
        }
    }
}

/// Prints everything as Markdown.
#[expect(
    clippy::print_stdout,
    reason = "a bench is a program of the command line"
)]
pub fn print(rounds: &[Round], rates: &[u32]) {
    let mut text = machine(rounds);
    for rate in rates {
        at_rate(rounds, *rate, &mut text);
    }
    standing(rounds, &mut text);
    println!("{text}");
}

fn machine(rounds: &[Round]) -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let load = read("/proc/loadavg");
    let load: Vec<&str> = load.split_whitespace().take(3).collect();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name"));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let n = rounds.len() / Subject::ALL.len();
    format!(
        "{cores} cores, {}, load average at the end {}; median of {n} rounds.\n",
        model.map_or("unknown", |model| model
            .trim_start_matches([' ', '\t', ':'])),
        load.join(" "),
    )
}

fn at_rate(rounds: &[Round], rate: u32, text: &mut String) {
    let _infallible = writeln!(
        text,
        "\n**{rate} interactions a second**\n\n\
         | bot | CPU per interaction | ratio | budget | p50 | p99 | strict Discord: CPU per interaction, sending p99, lateness p99 |\n\
         |---|---|---|---|---|---|---|"
    );
    for subject in Subject::ALL {
        let of = |what: fn(&Cost) -> f64| median(costs(rounds, subject, rate).map(what));
        let budget = match subject.budget() {
            None => " | ".to_owned(),
            Some((reference, ratio_max)) => {
                let reference = median(costs(rounds, reference, rate).map(cpu_us));
                let ratio = of(cpu_us) / reference;
                let verdict = match rate {
                    BUDGET_RATE if ratio <= ratio_max => format!("≤ {ratio_max}: met"),
                    BUDGET_RATE => format!("≤ {ratio_max}: **missed**"),
                    _ => format!("≤ {ratio_max} at {BUDGET_RATE}/s"),
                };
                format!("{ratio:.2} | {verdict}")
            }
        };
        let _infallible = writeln!(
            text,
            "| {} | {:.0} µs | {budget} | {:.2} ms | {:.2} ms | {:.0} µs, {:.2} ms, {:.2} ms |",
            subject.title(),
            of(cpu_us),
            of(|cost| ms(percentile(&cost.latencies.answers, 50))),
            of(|cost| ms(percentile(&cost.latencies.answers, 99))),
            of(|cost| per_interaction(cost, cost.own_cpu)),
            of(|cost| ms(percentile(&cost.latencies.sending, 99))),
            of(|cost| ms(percentile(&cost.latencies.lateness, 99))),
        );
    }
}

fn standing(rounds: &[Round], text: &mut String) {
    let _infallible = writeln!(
        text,
        "\n**Start and memory** (budgets of Hearth: commands registered after {REGISTERED_MS_MAX} ms, idle {IDLE_MIB_MAX} MiB)\n\n\
         | bot | commands registered after | gateway session after | idle | after the load | peak |\n|---|---|---|---|---|---|"
    );
    for subject in Subject::ALL {
        let own = || rounds.iter().filter(move |round| round.subject == subject);
        let of = |what: fn(&Round) -> f64| median(own().map(what));
        let (registered, idle) = (
            of(|round| ms(round.registered_after)),
            of(|round| mib(round.idle.now)),
        );
        let verdict = |value: f64, most: f64| match (subject.is_hearth(), value <= most) {
            (false, _) => "",
            (true, true) => " (met)",
            (true, false) => " (**missed**)",
        };
        let _infallible = writeln!(
            text,
            "| {} | {registered:.0} ms{} | {:.0} ms | {idle:.1} MiB{} | {:.1} MiB | {:.1} MiB |",
            subject.title(),
            verdict(registered, REGISTERED_MS_MAX),
            of(|round| ms(round.connected_after)),
            verdict(idle, IDLE_MIB_MAX),
            of(|round| mib(round.after.now)),
            of(|round| mib(round.after.peak)),
        );
    }
}

fn costs(rounds: &[Round], subject: Subject, rate: u32) -> impl Iterator<Item = &Cost> {
    let own = rounds.iter().filter(move |round| round.subject == subject);
    own.flat_map(|round| &round.costs)
        .filter(move |cost| cost.rate == rate)
}

fn cpu_us(cost: &Cost) -> f64 {
    per_interaction(cost, cost.bot_cpu)
}

fn per_interaction(cost: &Cost, cpu: Duration) -> f64 {
    cpu.as_secs_f64() * 1e6 / cost.latencies.answers.len() as f64
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

fn mib(kib: u64) -> f64 {
    kib as f64 / 1024.0
}

/// The middle value; of an even number the lower one.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
        .get(values.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(f64::NAN)
}
