//! What a plan may be made of beside people's ordinary days, and what the product does not survive yet.

/// One kind of thing that happens to a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ingredient {
    /// Workday answers nothing at all for some minutes or hours.
    WorkdayDown,
    /// Only what writes to Workday fails, for up to hours.
    WorkdayWritesDown,
    /// A call of Workday hangs or fails after its effect.
    WorkdayUnknown,
    /// A handful of calls of Workday fail, each without effect.
    WorkdayFails,
    /// A business rule refuses a write to Workday once or for some hours.
    WorkdayRefusesWrite,
    /// Workday says for a while that one operation is not permitted.
    WorkdayForbids,
    /// One call of Workday is answered as to a stranger.
    WorkdayStranger,
    /// Workday's answers say page 1 of 3 whichever was asked for.
    WorkdaySamePage,
    HeyMiloDown,
    /// Ingests fail for up to hours; everything else answers.
    HeyMiloIngestDown,
    HeyMiloUnknown,
    HeyMiloFails,
    /// A call of HeyMilo is answered with something that is no answer.
    HeyMiloGarbled,
    MailDown,
    MailUnknown,
    MailRefusesUs,
    /// What the mail service tells of mails is lost, late, doubled or out of order for a while, or that they did not arrive.
    MailEvents,
    TableFails,
    TableUnknown,
    TableDown,
    QueuesFail,
    /// Workday forgets Assess events.
    EventsGone,
    /// An older release runs beside rows of a newer one.
    ForeignRow,
    PushesLost,
    WebhooksLost,
    WebhooksDoubled,
    WebhooksLate,
    /// A process dies before a call leaves or before it reads the answer.
    Crash,
    MessagesLost,
    /// A message is delivered again, minutes or hours later.
    MessagesDoubled,
    MessagesLate,
    /// The clocks of functions differ by up to five minutes.
    Skew,
    OtherAgent,
    UnlinkedAndLinked,
    Reconnected,
    AddressCorrected,
    MovedBack,
    MovedOutAndIn,
    Withdrawn,
    NoAssessStep,
    Rescored,
    Shortlisted,
    /// The agent's deadline passes.
    Deadline,
    /// Somebody begins the minute the mail is there, whatever its sender knows of it.
    BegunAtOnce,
    /// HeyMilo's own people delete an interview.
    InterviewRemoved,
    /// Somebody is moved while the requisition is not linked, and ordered once it is again.
    OrderedAfterLink,
    /// Disconnected while the requisition is being linked, and connected again.
    DisconnectedWhileLinking,
}

/// What no plan is made of until the product survives it, and why it does not.
pub(crate) const NOT_YET_SURVIVED: &[(Ingredient, &str)] = &[];

impl Ingredient {
    /// What happens to AWS, the vendors and what travels between them.
    pub(crate) const TROUBLES: [Self; 31] = [
        Self::WorkdayDown,
        Self::WorkdayWritesDown,
        Self::WorkdayUnknown,
        Self::WorkdayFails,
        Self::WorkdayRefusesWrite,
        Self::WorkdayForbids,
        Self::WorkdayStranger,
        Self::WorkdaySamePage,
        Self::HeyMiloDown,
        Self::HeyMiloIngestDown,
        Self::HeyMiloUnknown,
        Self::HeyMiloFails,
        Self::HeyMiloGarbled,
        Self::MailDown,
        Self::MailUnknown,
        Self::MailRefusesUs,
        Self::MailEvents,
        Self::TableFails,
        Self::TableUnknown,
        Self::TableDown,
        Self::QueuesFail,
        Self::EventsGone,
        Self::ForeignRow,
        Self::PushesLost,
        Self::WebhooksLost,
        Self::WebhooksDoubled,
        Self::WebhooksLate,
        Self::Crash,
        Self::MessagesLost,
        Self::MessagesDoubled,
        Self::MessagesLate,
    ];

    /// Whether plans may have it. `SIMULATION_EVERYTHING` lets in what is not survived yet, to see how it is not.
    pub(crate) fn is_survived(self, everything: bool) -> bool {
        everything || NOT_YET_SURVIVED.iter().all(|(ingredient, _why)| *ingredient != self)
    }
}
