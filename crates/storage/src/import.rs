//! Importing contracts: all of a file or nothing.

use fairlock_domain::calendar::Instant;
use fairlock_domain::contract::{BorrowerKind, Contract, Goods, Particulars, Product};
use fairlock_domain::ledger::{Command, Ledger, Outcome, Work, post};
use fairlock_domain::money::Money;
use fairlock_domain::payment::Reference;
use fairlock_domain::pii::Pii;
use fairlock_domain::rules::Level;

use crate::books;
use crate::contracts::{by_imei, by_reference, instalments, packs};
use crate::error::StoreError;
use crate::facts::{consent, particulars};
use crate::ids::LenderId;
use crate::matching::by_virtual_account;
use crate::sqlite::{Db, Tx, amount_cell, instant_cell, statements};
use crate::store::Store;

statements! { "contracts":
    SAME = "
        SELECT product, currency, signed_on, consent_signature, consent_copy, consent_on,
               time_zone, packs, calendar, feed, goods, creditor, creditor_kind, borrower_kind,
               days_of_grace, borrower, phone_number, email, language, imei, model,
               virtual_account
        FROM contracts WHERE lender_id = ?1 AND contract_id = ?2";
    INSERT = "
        INSERT INTO contracts (lender_id, contract_id, reference, product, currency, signed_on,
                               consent_signature, consent_copy, consent_on, time_zone, packs,
                               calendar, feed, borrower, phone_number, phone_hash, imei, model,
                               imported_at, version, level, arrears, restore, payoff, review_at,
                               email, language, goods, creditor, creditor_kind, borrower_kind,
                               days_of_grace, virtual_account)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                ?19, 1, 'free', 0, 0, ?20, ?19, ?21, ?22,
                ?23, ?24, ?25, ?26, ?27, ?28)";
    INSERT_INSTALMENT = "
        INSERT INTO instalments (lender_id, contract_id, no, due, amount)
        VALUES (?1, ?2, ?3, ?4, ?5)";
}

/// A contract to import, checked by its reader. Its reference is made from its id.
#[derive(Clone, PartialEq, Eq)]
pub struct NewContract {
    pub contract: Contract,
    /// How often it is paid is what its instalments say, and approvals are the lender's: neither is
    /// read here.
    pub particulars: Particulars,
    /// IANA name; known to the rulebook.
    pub time_zone: String,
    /// Rule pack ids in order; known to the rulebook.
    pub packs: Vec<String>,
    /// The holiday calendar that packs read; `None` for no holidays.
    pub calendar: Option<String>,
    pub borrower: Pii<String>,
    pub phone_number: Option<Pii<String>>,
    pub email: Option<Pii<String>>,
    /// The contract's language, as "sw"; `None` for the lender's.
    pub language: Option<String>,
    /// Keyed hash of the number, for matching without reading it.
    pub phone_hash: Option<[u8; 32]>,
    /// The bank account number that is this contract's alone; capitals and digits.
    pub virtual_account: Option<String>,
    pub imei: Pii<String>,
    pub model: String,
}

/// How an import ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Imported {
    pub added: u64,
    /// There already, with the same content.
    pub unchanged: u64,
}

/// Why no contract of an import was taken, in the order of the checks. `index` counts from 0.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    #[error("contract {contract_id}: {problem}")]
    Reference {
        index: usize,
        contract_id: String,
        problem: fairlock_domain::payment::ReferenceError,
    },
    #[error("contract {contract_id}: no instalments; expected at least one")]
    NoInstalments { index: usize, contract_id: String },
    #[error(
        "contract {contract_id}: instalment {no} in another currency, or not above zero; expected the contract's"
    )]
    Instalment {
        index: usize,
        contract_id: String,
        /// From 1.
        no: usize,
    },
    #[error(
        "contract {contract_id}: is there already with other content; expected the same, or a new id"
    )]
    OtherContent { index: usize, contract_id: String },
    #[error(
        "contract {contract_id}: its reference {reference} is contract {other}'s; expected ids that differ in letters or digits"
    )]
    ReferenceTaken {
        index: usize,
        contract_id: String,
        reference: Reference,
        other: String,
    },
    #[error(
        "contract {contract_id}: its IMEI is contract {other}'s; expected one contract a phone"
    )]
    ImeiTaken {
        index: usize,
        contract_id: String,
        other: String,
    },
    #[error(
        "contract {contract_id}: its virtual account is contract {other}'s; expected one a contract"
    )]
    VirtualAccountTaken {
        index: usize,
        contract_id: String,
        other: String,
    },
    #[error("contract {contract_id}: {sentence}")]
    Ledger {
        index: usize,
        contract_id: String,
        sentence: &'static str,
    },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How a trial ended: always as an error, so that nothing of it stays.
enum Trial {
    WouldImport(Imported),
    Refused(ImportError),
}

impl From<StoreError> for Trial {
    fn from(error: StoreError) -> Trial {
        Trial::Refused(error.into())
    }
}

impl Store {
    /// Imports contracts, all or none: rows, instalments, the receivable in the ledger. Each new
    /// contract is due for its first plan at once. Importing the same again changes nothing.
    pub fn import_contracts(
        &self,
        lender: LenderId,
        contracts: Vec<NewContract>,
        at: Instant,
    ) -> Result<Imported, ImportError> {
        self.write("import_contracts", move |tx| {
            import(tx, lender, &contracts, at)
        })
    }

    /// What an import would do, or why it would refuse; changes nothing.
    pub fn check_contracts(
        &self,
        lender: LenderId,
        contracts: Vec<NewContract>,
    ) -> Result<Imported, ImportError> {
        let at = Instant::from_unix_seconds(0);
        let tried = self.write("check_contracts", move |tx| {
            let done = import(tx, lender, &contracts, at).map_err(Trial::Refused)?;
            Err::<(), Trial>(Trial::WouldImport(done))
        });
        match tried {
            Err(Trial::WouldImport(done)) => Ok(done),
            Err(Trial::Refused(error)) => Err(error),
            Ok(()) => Ok(Imported::default()),
        }
    }
}

fn import(
    tx: &mut Tx<'_>,
    lender: LenderId,
    contracts: &[NewContract],
    at: Instant,
) -> Result<Imported, ImportError> {
    let mut done = Imported::default();
    for (index, new) in contracts.iter().enumerate() {
        let (reference, total) = check(index, new)?;
        match same(tx, lender, new)? {
            Some(true) => done.unchanged += 1,
            Some(false) => {
                return Err(ImportError::OtherContent {
                    index,
                    contract_id: new.contract.id.clone(),
                });
            }
            None => {
                refuse_taken(tx, lender, index, new, &reference)?;
                insert(tx, lender, new, &reference, total, at)?;
                finance(tx, lender, index, &new.contract, total, at)?;
                tx.totals.level(lender, None, Level::Free);
                done.added += 1;
            }
        }
    }
    Ok(done)
}

/// Its reference and the sum of its instalments.
fn check(index: usize, new: &NewContract) -> Result<(Reference, Money), ImportError> {
    let contract = &new.contract;
    let contract_id = || contract.id.clone();
    let reference = Reference::of_contract(&contract.id);
    let reference = reference.map_err(|problem| ImportError::Reference {
        index,
        contract_id: contract_id(),
        problem,
    })?;
    if contract.instalments.is_empty() {
        return Err(ImportError::NoInstalments {
            index,
            contract_id: contract_id(),
        });
    }
    let mut total = Money::zero(contract.currency);
    for (no, instalment) in (1..).zip(&contract.instalments) {
        let refused = ImportError::Instalment {
            index,
            contract_id: contract_id(),
            no,
        };
        if !instalment.amount.is_positive() {
            return Err(refused);
        }
        total = total.checked_add(instalment.amount).map_err(|_| refused)?;
    }
    Ok((reference, total))
}

/// Whether the contract that is there says the same; `None` when there is none.
fn same(db: &Db<'_>, lender: LenderId, new: &NewContract) -> Result<Option<bool>, StoreError> {
    let id = new.contract.id.as_str();
    let found = db.first(SAME, (lender.0, id), |c| {
        let product = c.word(Product::from_name, "a product")?;
        let currency = c.currency()?;
        let signed_on = c.day()?;
        let consent = consent(c)?;
        let (time_zone, packed, calendar): (_, String, _) = (c.get()?, c.get()?, c.get()?);
        let contract = Contract {
            id: id.into(),
            product,
            currency,
            signed_on,
            consent,
            instalments: Vec::new(),
            feed: c.get()?,
        };
        Ok(NewContract {
            contract,
            particulars: Particulars {
                frequency: new.particulars.frequency,
                approvals: new.particulars.approvals.clone(),
                ..particulars(c)?
            },
            time_zone,
            packs: packs(&packed),
            calendar,
            borrower: Pii::new(c.get()?),
            phone_number: c.get::<Option<String>>()?.map(Pii::new),
            email: c.get::<Option<String>>()?.map(Pii::new),
            language: c.get()?,
            phone_hash: new.phone_hash,
            imei: Pii::new(c.get()?),
            model: c.get()?,
            virtual_account: c.get()?,
        })
    })?;
    let Some(mut known) = found else {
        return Ok(None);
    };
    let currency = known.contract.currency;
    known.contract.instalments = instalments(db, lender, id, currency)?;
    Ok(Some(known == *new))
}

fn refuse_taken(
    db: &Db<'_>,
    lender: LenderId,
    index: usize,
    new: &NewContract,
    reference: &Reference,
) -> Result<(), ImportError> {
    let contract_id = || new.contract.id.clone();
    if let Some(other) = by_reference(db, lender, reference)? {
        return Err(ImportError::ReferenceTaken {
            index,
            contract_id: contract_id(),
            reference: reference.clone(),
            other,
        });
    }
    if let Some(other) = by_imei(db, lender, new.imei.expose())? {
        return Err(ImportError::ImeiTaken {
            index,
            contract_id: contract_id(),
            other,
        });
    }
    if let Some(number) = &new.virtual_account
        && let Some(other) = by_virtual_account(db, lender, number)?
    {
        return Err(ImportError::VirtualAccountTaken {
            index,
            contract_id: contract_id(),
            other,
        });
    }
    Ok(())
}

fn insert(
    db: &Db<'_>,
    lender: LenderId,
    new: &NewContract,
    reference: &Reference,
    total: Money,
    at: Instant,
) -> Result<(), StoreError> {
    let contract = &new.contract;
    let consent = contract.consent.as_ref();
    let creditor = new.particulars.creditor.as_ref();
    let row = rusqlite::params![
        lender.0,
        contract.id,
        reference.as_str(),
        contract.product.name(),
        contract.currency.code(),
        contract.signed_on.unix_days(),
        consent.map(|c| c.separate_signature),
        consent.map(|c| c.acknowledged_copy),
        consent.map(|c| c.on.unix_days()),
        new.time_zone,
        new.packs.join(","),
        new.calendar,
        contract.feed,
        new.borrower.expose(),
        new.phone_number.as_ref().map(Pii::expose),
        new.phone_hash,
        new.imei.expose(),
        new.model,
        instant_cell(at)?,
        amount_cell(total.minor())?,
        new.email.as_ref().map(Pii::expose),
        new.language,
        new.particulars.goods.map(Goods::name),
        creditor.map(|c| &c.name),
        creditor.map(|c| c.kind.name()),
        new.particulars.borrower.map(BorrowerKind::name),
        new.particulars.days_of_grace,
        new.virtual_account,
    ];
    db.run(INSERT, row)?;
    for (no, instalment) in (1_u32..).zip(&contract.instalments) {
        let amount = amount_cell(instalment.amount.minor())?;
        let row = (
            lender.0,
            &contract.id,
            no,
            instalment.due.unix_days(),
            amount,
        );
        db.run(INSERT_INSTALMENT, row)?;
    }
    Ok(())
}

/// The receivable, by the ledger's own rules.
fn finance(
    tx: &mut Tx<'_>,
    lender: LenderId,
    index: usize,
    contract: &Contract,
    total: Money,
    at: Instant,
) -> Result<(), ImportError> {
    let command = Command {
        subject: contract.id.clone(),
        at,
        work: Work::Finance { total },
    };
    let refused = |sentence| ImportError::Ledger {
        index,
        contract_id: contract.id.clone(),
        sentence,
    };
    let (ledger, outcome) = post(Ledger::default(), &command);
    if outcome != Outcome::Posted {
        return Err(refused(outcome.sentence()));
    }
    for posting in ledger.made() {
        if !books::insert(tx, lender, posting)? {
            return Err(refused(Outcome::Exists.sentence()));
        }
    }
    Ok(())
}
