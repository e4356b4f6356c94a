//! What binds the lender: giving back, letting go, answers, data, fees, words, records.

use fairlock_domain::calendar::Span;
use fairlock_domain::rules::duty::{
    Answer, Charged, Claim, Complaints, DataLimits, Guard, LocationLimits, MessageLimits, Penalty,
    Records, Release, Restoration,
};
use fairlock_domain::rules::{Cited, Named};

use super::rule;
use crate::pack::values::{
    CaseText, ChargedText, ClaimText, DataSourceText, DurationText, GuardText, KeepFromText,
    KeepText, PurposeText, RecordText, ReleaseDutyText, ReleaseOnText, SufficesText, SumText,
};

rule!(ReleaseRule {
    within: Option<DurationText>,
    #[serde(default)]
    duties: Vec<ReleaseDutyText>,
    #[serde(default)]
    also_on: Vec<ReleaseOnText>,
    carrier_unlock_within: Option<DurationText>,
});

impl ReleaseRule {
    pub fn read(self) -> Cited<Release> {
        self.cited(|rule| Release {
            within: rule.within.map(|time| time.0),
            duties: rule.duties.iter().map(|word| word.0).collect(),
            also_on: rule.also_on.iter().map(|word| word.0).collect(),
            carrier_unlock_within: rule.carrier_unlock_within.map(|time| time.0),
        })
    }
}

rule!(RestorationRule {
    within: DurationText,
    compensation_an_hour: Option<SumText>,
    suffices: Option<SufficesText>,
    #[serde(default)]
    offline_code: bool,
});

impl RestorationRule {
    pub fn read(self) -> Cited<Restoration> {
        self.cited(|rule| Restoration {
            within: rule.within.0,
            compensation_an_hour: rule.compensation_an_hour.map(|sum| sum.0),
            suffices: rule.suffices.map(|word| word.0),
            offline_code: rule.offline_code,
        })
    }
}

rule!(HoldsRule {
    #[serde(default)]
    guards: Vec<GuardText>,
});

impl HoldsRule {
    pub fn read(self) -> Cited<Vec<Guard>> {
        self.cited(|rule| rule.guards.iter().map(|word| word.0).collect())
    }
}

rule!(AnswerRule {
    id: String,
    case: CaseText,
    within: DurationText,
});

impl AnswerRule {
    pub fn read(self) -> Named<Answer> {
        let id = self.id.clone();
        let rule = self.cited(|rule| Answer {
            case: rule.case.0,
            within: rule.within.0,
        });
        Named { id, rule }
    }
}

rule!(WithinRule {
    within: DurationText,
});

impl WithinRule {
    pub fn read(self) -> Cited<Span> {
        self.cited(|rule| rule.within.0)
    }
}

rule!(DataRule {
    never: Vec<DataSourceText>,
    #[serde(default)]
    no_third_parties: bool,
});

impl DataRule {
    pub fn read(self) -> Cited<DataLimits> {
        self.cited(|rule| DataLimits {
            never: rule.never.iter().map(|word| word.0).collect(),
            no_third_parties: rule.no_third_parties,
        })
    }
}

rule!(LocationRule {
    #[serde(default)]
    counts_as_activation: bool,
    #[serde(default)]
    own_consent: bool,
    #[serde(default)]
    purposes: Vec<PurposeText>,
});

impl LocationRule {
    pub fn read(self) -> Cited<LocationLimits> {
        self.cited(|rule| LocationLimits {
            counts_as_activation: rule.counts_as_activation,
            own_consent: rule.own_consent,
            purposes: rule.purposes.iter().map(|word| word.0).collect(),
        })
    }
}

rule!(FeesRule {
    none_for: Vec<ChargedText>,
});

impl FeesRule {
    pub fn read(self) -> Cited<Vec<Charged>> {
        self.cited(|rule| rule.none_for.iter().map(|word| word.0).collect())
    }
}

rule!(HonestyRule {
    never: Vec<ClaimText>,
});

impl HonestyRule {
    pub fn read(self) -> Cited<Vec<Claim>> {
        self.cited(|rule| rule.never.iter().map(|word| word.0).collect())
    }
}

rule!(MessageLimitsRule {
    lock_page: Option<u16>,
    reminder: Option<u16>,
    banner: Option<u16>,
});

impl MessageLimitsRule {
    pub fn read(self) -> Cited<MessageLimits> {
        self.cited(|rule| MessageLimits {
            lock_page: rule.lock_page,
            reminder: rule.reminder,
            banner: rule.banner,
        })
    }
}

rule!(ComplaintsRule {
    answer_within: Option<DurationText>,
    complex_within: Option<DurationText>,
    #[serde(default)]
    bodies: Vec<String>,
});

impl ComplaintsRule {
    pub fn read(self) -> Cited<Complaints> {
        self.cited(|rule| Complaints {
            answer_within: rule.answer_within.map(|time| time.0),
            complex_within: rule.complex_within.map(|time| time.0),
            bodies: rule.bodies.clone(),
        })
    }
}

rule!(RecordsRule {
    id: String,
    kinds: Vec<RecordText>,
    at_least: Option<KeepText>,
    at_most: Option<KeepText>,
    from: KeepFromText,
    #[serde(default)]
    regulator_export: bool,
});

impl RecordsRule {
    pub fn read(self) -> Named<Records> {
        let id = self.id.clone();
        let rule = self.cited(|rule| Records {
            kinds: rule.kinds.iter().map(|word| word.0).collect(),
            at_least: rule.at_least.map(|keep| keep.0),
            at_most: rule.at_most.map(|keep| keep.0),
            from: rule.from.0,
            regulator_export: rule.regulator_export,
        });
        Named { id, rule }
    }
}

rule!(PenaltyRule {
    id: String,
    says: String,
    at_most: Option<SumText>,
});

impl PenaltyRule {
    pub fn read(self) -> Named<Penalty> {
        let id = self.id.clone();
        let rule = self.cited(|rule| Penalty {
            says: rule.says.clone(),
            at_most: rule.at_most.map(|sum| sum.0),
        });
        Named { id, rule }
    }
}

rule!(ContinuityRule {
    opens_after: DurationText,
});

impl ContinuityRule {
    pub fn read(self) -> Cited<Span> {
        self.cited(|rule| rule.opens_after.0)
    }
}
