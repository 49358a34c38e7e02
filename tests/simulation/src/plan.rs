//! What happens in one seed, in the order of time, and how a person reads it.

use crate::mail_service::Telling;
use local::{Fate, Mishap};
use serde_json::Value;
use std::fmt;
use std::time::Duration;
use testkit::{Doom, Fault, Side, When};

/// Everything that happens to the product from outside.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) workspaces: Vec<Workspace>,
    /// By how many milliseconds the clocks of functions are ahead.
    pub(crate) skews: Vec<(String, i64)>,
    /// In the order of time.
    pub(crate) steps: Vec<Step>,
}

/// A customer, with a tenant of their own at Workday.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// How many candidates applied.
    pub(crate) people: usize,
    /// How many others applied, for a requisition that is not linked.
    pub(crate) others: usize,
    pub(crate) applied: Applied,
    pub(crate) poll_seconds: u64,
    /// Whether an integration system tells us of each Assess.
    pub(crate) pushes: bool,
    /// Whether each refresh token is good once.
    pub(crate) rotates_tokens: bool,
    /// Whether the link names a step to move on to after the report.
    pub(crate) moves_on: bool,
}

/// When the candidates of a customer apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Applied {
    LongAgo,
    /// While it runs: at first nobody has.
    Later,
}

impl Workspace {
    /// Nothing out of the ordinary: looked at hourly, and told of each Assess.
    pub(crate) fn of(people: usize) -> Self {
        Self {
            people,
            others: 0,
            applied: Applied::LongAgo,
            poll_seconds: 60 * 60,
            pushes: true,
            rotates_tokens: false,
            moves_on: false,
        }
    }
}

/// What happens at one moment, in one workspace.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// Since the start.
    pub(crate) at: Duration,
    pub(crate) workspace: usize,
    pub(crate) act: Act,
}

/// What happens. A number is that of a candidate in the workspace.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Recruiter(usize, Recruiter),
    Candidate(usize, Candidate),
    Admin(Admin),
    HeyMilo(usize, HeyMilo),
    /// At HeyMilo the first agent's deadline is set, so far from then.
    Deadline(Duration),
    Trouble(Trouble),
}

/// What a recruiter does in Workday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Recruiter {
    MoveToAssessment { assess_step: bool },
    SubmitAssess,
    MoveBack,
    DeclaresWithdrawn,
    CorrectsAddress,
}

/// What a candidate does with the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Candidate {
    Applies,
    /// Waits for the mail, and begins the minute it is there.
    BeginsAtOnce,
    OpensLink,
    Begins,
    Finishes,
    FailsKnockout,
}

/// What an administrator changes meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Admin {
    LinksOtherAgent,
    Unlinks,
    Links,
    Disconnects,
    Connects,
}

/// What the customer's people do at HeyMilo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeyMilo {
    Rescores,
    Shortlists,
    /// The interview is deleted.
    Removes,
    /// Its status reads like this from now on, and every event there is tells of it at once.
    Says(&'static str),
}

/// What goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum Trouble {
    /// In the stand-in's words; replaces what was planned before.
    Workday(Value),
    WorkdayMended,
    HeyMilo(Value),
    HeyMiloMended,
    Aws(Fault),
    AwsMended,
    /// How HeyMilo's webhooks travel from now on, in the stand-in's words.
    Webhooks(Value),
    /// What the mail service tells of mails from now on.
    MailEvents(Telling),
    /// Workday knows a candidate's Assess events no more, as after a purge or a refresh of a sandbox.
    EventsGone(usize),
    /// A due row of a newer release, which this one does not know.
    ForeignRow,
    /// Whether Workday's integration system reaches us from now on.
    Pushes {
        arrive: bool,
    },
    /// A function's process ends in the middle of its work.
    Crash(Doom),
    /// What becomes of messages of a queue.
    Message(Mishap),
}

impl Plan {
    /// The moment of the last step.
    pub(crate) fn end(&self) -> Duration {
        self.steps.last().map_or(Duration::ZERO, |step| step.at)
    }

    /// The steps without those at `from..until`.
    pub(crate) fn without(&self, from: usize, until: usize) -> Self {
        let kept = |index: &usize| !(from..until).contains(index);
        let steps = self.steps.iter().enumerate().filter(|(index, _)| kept(index));
        Self {
            steps: steps.map(|(_, step)| step.clone()).collect(),
            ..self.clone()
        }
    }

    /// Whether any step of a workspace is like this.
    pub(crate) fn any(&self, workspace: usize, like: impl Fn(&Act) -> bool) -> bool {
        self.steps.iter().any(|step| step.workspace == workspace && like(&step.act))
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, workspace) in self.workspaces.iter().enumerate() {
            writeln!(formatter, "  workspace {number}: {workspace}")?;
        }
        for (function, milliseconds) in &self.skews {
            writeln!(formatter, "  the clock of {function} is {} s ahead", milliseconds / 1_000)?;
        }
        for step in &self.steps {
            writeln!(formatter, "  {step}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Workspace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} candidates, polled every {} s", self.people, self.poll_seconds)?;
        if self.others > 0 {
            write!(formatter, ", {} who applied elsewhere", self.others)?;
        }
        if self.applied == Applied::Later {
            write!(formatter, ", nobody has applied yet")?;
        }
        if self.pushes {
            write!(formatter, ", Workday pushes")?;
        }
        if self.rotates_tokens {
            write!(formatter, ", refresh tokens rotate")?;
        }
        if self.moves_on {
            write!(formatter, ", who completes moves on")?;
        }
        Ok(())
    }
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.at.as_secs();
        let (day, hour, minute) = (seconds / 86_400 + 1, seconds / 3_600 % 24, seconds / 60 % 60);
        write!(
            formatter,
            "day {day} {hour:02}:{minute:02}:{:02} workspace {}: {}",
            seconds % 60,
            self.workspace,
            self.act
        )
    }
}

impl fmt::Display for Act {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Recruiter(person, act) => write!(formatter, "a recruiter {} candidate {person}", act.words()),
            Self::Candidate(person, act) => write!(formatter, "candidate {person} {}", act.words()),
            Self::Admin(act) => write!(formatter, "an administrator {}", act.words()),
            Self::HeyMilo(person, HeyMilo::Rescores) => write!(formatter, "HeyMilo scores candidate {person} anew"),
            Self::HeyMilo(person, HeyMilo::Shortlists) => write!(formatter, "at HeyMilo somebody shortlists candidate {person}"),
            Self::HeyMilo(person, HeyMilo::Removes) => write!(formatter, "at HeyMilo somebody deletes the interview of candidate {person}"),
            Self::HeyMilo(person, HeyMilo::Says(status)) => write!(formatter, "HeyMilo says of candidate {person}: {status}"),
            Self::Deadline(after) => {
                let minutes = after.as_secs() / 60;
                write!(
                    formatter,
                    "at HeyMilo somebody sets the agent's deadline, {minutes} minutes from now"
                )
            }
            Self::Trouble(trouble) => trouble.fmt(formatter),
        }
    }
}

impl Recruiter {
    fn words(self) -> &'static str {
        match self {
            Self::MoveToAssessment { assess_step: true } => "moves into Assessment",
            Self::MoveToAssessment { assess_step: false } => "moves into Assessment, where the process has no Assess step,",
            Self::SubmitAssess => "submits Assess for",
            Self::MoveBack => "moves back to Review",
            Self::DeclaresWithdrawn => "notes the withdrawal of",
            Self::CorrectsAddress => "corrects the address of",
        }
    }
}

impl Candidate {
    fn words(self) -> &'static str {
        match self {
            Self::Applies => "applies",
            Self::BeginsAtOnce => "waits for the mail and begins at once",
            Self::OpensLink => "opens the link",
            Self::Begins => "begins the interview",
            Self::Finishes => "finishes the interview",
            Self::FailsKnockout => "fails a knock-out question",
        }
    }
}

impl Admin {
    fn words(self) -> &'static str {
        match self {
            Self::LinksOtherAgent => "links the requisition to another agent",
            Self::Unlinks => "unlinks the requisition",
            Self::Links => "links the requisition",
            Self::Disconnects => "disconnects Workday",
            Self::Connects => "connects Workday again",
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workday(faults) => write!(formatter, "Workday fails: {faults}"),
            Self::WorkdayMended => write!(formatter, "Workday is well again"),
            Self::HeyMilo(faults) => write!(formatter, "HeyMilo fails: {faults}"),
            Self::HeyMiloMended => write!(formatter, "HeyMilo is well again"),
            Self::Aws(fault) => {
                let effect = match fault.when {
                    When::BeforeEffect => "without effect",
                    When::AfterEffect => "after its effect",
                };
                let (times, skip) = (fault.times, fault.skip);
                let (service, operation, kind) = (fault.service, &fault.operation, &fault.kind);
                write!(
                    formatter,
                    "{service:?} {operation} fails {times} times after {skip} calls, {effect}: {kind:?}"
                )
            }
            Self::AwsMended => write!(formatter, "AWS is well again"),
            Self::Webhooks(settings) => write!(formatter, "HeyMilo's webhooks from now on: {settings}"),
            Self::MailEvents(telling) => write!(formatter, "the mail service {telling} from now on"),
            Self::EventsGone(person) => write!(formatter, "Workday has lost the Assess events of candidate {person}"),
            Self::ForeignRow => write!(formatter, "a newer release has left a due row of a kind that is not known"),
            Self::Pushes { arrive: true } => write!(formatter, "Workday's pushes arrive"),
            Self::Pushes { arrive: false } => write!(formatter, "Workday's pushes are lost"),
            Self::Crash(Doom { process, skip, side }) => {
                let side = match side {
                    Side::Before => "before a call leaves",
                    Side::After => "before it reads an answer",
                };
                write!(formatter, "{process} dies {side}, after {skip} calls")
            }
            Self::Message(Mishap { queue, times, fate }) => {
                let (what, seconds) = match fate {
                    Fate::Lost => ("are lost", 0),
                    Fate::Twice(after) => ("come once more", after.as_secs()),
                    Fate::Late(after) => ("are late", after.as_secs()),
                };
                write!(formatter, "the next {times} messages of {queue} {what}, by {seconds} s")
            }
        }
    }
}
