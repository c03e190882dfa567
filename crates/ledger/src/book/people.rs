//! The branch, its till, its people, and customers with an account.

use domain::entry::{Entry, Role};
use domain::id::{BranchId, CashLocationId, CustomerId, DeviceId, OrganisationId, PlaceId, StaffId, TillId};
use rusqlite::params;

use super::Book;
use crate::error::Error;

/// The branch that this book is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The organisation.
    pub organisation: OrganisationId,
    /// The branch.
    pub branch: BranchId,
    /// Its name.
    pub name: String,
    /// Two-letter country code.
    pub country: String,
    /// Currency.
    pub currency: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Minutes after midnight at which a business day begins.
    pub day_boundary_min: u32,
}

/// A till of the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Till {
    /// The device.
    pub device: DeviceId,
    /// The till.
    pub till: TillId,
    /// Its number.
    pub till_no: u32,
}

impl Till {
    /// Its drawer.
    #[must_use]
    pub fn drawer(&self) -> CashLocationId {
        CashLocationId::drawer_of(self.till)
    }
}

impl Branch {
    /// Its safe.
    #[must_use]
    pub fn safe(&self) -> CashLocationId {
        CashLocationId::safe_of(self.branch)
    }

    /// What its drivers carry.
    #[must_use]
    pub fn driver_bag(&self) -> CashLocationId {
        CashLocationId::driver_bag_of(self.branch)
    }

    /// Its bank.
    #[must_use]
    pub fn bank(&self) -> CashLocationId {
        CashLocationId::bank_of(self.branch)
    }

    /// Its shelf.
    #[must_use]
    pub fn shelf(&self) -> PlaceId {
        PlaceId::shelf_of(self.branch)
    }
}

/// A person who works here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Random id.
    pub staff: StaffId,
    /// Role in force.
    pub role: Role,
    /// Name; empty where its key was destroyed.
    pub name: String,
    /// Works here no more.
    pub has_left: bool,
}

/// What a customer owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Random id.
    pub customer: CustomerId,
    /// Name; empty where its key was destroyed.
    pub name: String,
    /// What is owed; negative for a credit.
    pub owes_minor: i64,
    /// The oldest entry since the account was last even.
    pub oldest_ms: Option<i64>,
}

impl Book<'_> {
    /// The branch, once it is opened.
    ///
    /// # Errors
    /// When the file fails.
    pub fn branch(&self) -> Result<Option<Branch>, Error> {
        self.branch_by(self.branch_here()?)
    }

    /// Every branch of the organisation that is known here.
    ///
    /// # Errors
    /// When the file fails.
    pub fn branches(&self) -> Result<Vec<Branch>, Error> {
        let ids = self.rows("SELECT branch FROM branch ORDER BY branch", [], |row| row.get(0))?;
        let branches = ids.into_iter().map(|id| self.branch_by(Some(BranchId(uuid::Uuid::from_bytes(id)))));
        branches.filter_map(Result::transpose).collect()
    }

    /// This branch of the organisation, or the first one.
    pub(crate) fn branch_by(&self, here: Option<BranchId>) -> Result<Option<Branch>, Error> {
        let record_no = self.row(
            "SELECT record_no FROM branch WHERE ?1 IS NULL OR branch = ?1 ORDER BY branch LIMIT 1",
            [here.map(|branch| *branch.as_bytes())],
            |row| row.get(0),
        )?;
        let Some(record_no) = record_no else { return Ok(None) };
        let stored = self.entry_at(record_no)?;
        let organisation = match stored.header.stream.scope {
            replica::stream::Scope::Organisation(id) => id,
            replica::stream::Scope::Branch(_) => {
                return Err(Error::Malformed("a branch in a branch".to_owned()));
            }
        };
        let Entry::BranchOpened(opened) = stored.entry else {
            return Err(Error::Malformed("the branch is not a branch".to_owned()));
        };
        Ok(Some(Branch {
            organisation,
            branch: opened.branch,
            name: opened.name,
            country: opened.country,
            currency: opened.currency,
            time_zone: opened.time_zone,
            day_boundary_min: opened.day_boundary_min,
        }))
    }

    /// The tills of the branch, by number.
    ///
    /// # Errors
    /// When the file fails.
    pub fn tills(&self) -> Result<Vec<Till>, Error> {
        let here = self.branch_here()?;
        self.rows(
            "SELECT DISTINCT device, till, till_no FROM device WHERE ?1 IS NULL OR branch = ?1
             ORDER BY till_no, device",
            [here.map(|branch| *branch.as_bytes())],
            |row| {
                Ok(Till {
                    device: DeviceId(uuid::Uuid::from_bytes(row.get(0)?)),
                    till: TillId(uuid::Uuid::from_bytes(row.get(1)?)),
                    till_no: row.get(2)?,
                })
            },
        )
    }

    /// The till that this device is.
    ///
    /// # Errors
    /// When the file fails.
    pub fn till(&self) -> Result<Option<Till>, Error> {
        Ok(self.tills()?.into_iter().find(|till| self.writer.starts_with(till.device.as_bytes())))
    }

    /// Till numbers of a branch that were given to invitations, used or not.
    ///
    /// # Errors
    /// When the file fails.
    pub fn invited_till_nos(&self, branch: BranchId) -> Result<Vec<u32>, Error> {
        self.rows("SELECT till_no FROM invitation WHERE branch = ?1", [branch.as_bytes()], |row| row.get(0))
    }

    /// Everybody who works or worked here, in the order of joining.
    ///
    /// # Errors
    /// When the file fails.
    pub fn staff(&self) -> Result<Vec<Person>, Error> {
        let rows = self.rows(
            "SELECT staff, role, has_left FROM staff
             ORDER BY (SELECT min(hlc) FROM name WHERE subject = staff), staff",
            [],
            |row| Ok((row.get::<_, [u8; 16]>(0)?, row.get::<_, u8>(1)?, row.get(2)?)),
        )?;
        rows.into_iter()
            .map(|(staff, role, has_left)| {
                let role = Role::from_number(role).unwrap_or(Role::Assistant);
                Ok(Person {
                    staff: StaffId(uuid::Uuid::from_bytes(staff)),
                    role,
                    name: self.name_of(&staff)?,
                    has_left,
                })
            })
            .collect()
    }

    pub(crate) fn name_of(&self, subject: &[u8; 16]) -> Result<String, Error> {
        let hash: Option<[u8; 32]> = self.row(
            "SELECT hash FROM name WHERE subject = ?1 ORDER BY hlc DESC LIMIT 1",
            [subject],
            |row| row.get(0),
        )?;
        let bytes = hash.map(|hash| self.open_part(subject, &hash)).transpose()?.flatten();
        Ok(bytes.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default())
    }

    /// Every customer with an account, by name.
    ///
    /// # Errors
    /// When the file fails.
    pub fn accounts(&self) -> Result<Vec<Account>, Error> {
        let customers = self.rows("SELECT customer FROM customer", [], |row| row.get::<_, [u8; 16]>(0))?;
        let mut accounts = customers
            .into_iter()
            .map(|customer| self.account(CustomerId(uuid::Uuid::from_bytes(customer))))
            .collect::<Result<Vec<_>, _>>()?;
        accounts.sort_by(|a, b| a.name.cmp(&b.name).then(a.customer.cmp(&b.customer)));
        Ok(accounts)
    }

    /// One customer's account; nothing owed where the customer is not known.
    ///
    /// # Errors
    /// When the file fails.
    pub fn account(&self, customer: CustomerId) -> Result<Account, Error> {
        let lines = self.rows(
            "SELECT at_ms, amount_minor FROM account_line WHERE customer = ?1 ORDER BY at_ms, entry_id",
            [customer.as_bytes()],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
        )?;
        let (mut owes_minor, mut oldest_ms) = (0_i64, None);
        for (at_ms, amount) in lines {
            owes_minor = owes_minor.saturating_add(amount);
            oldest_ms = if owes_minor == 0 { None } else { oldest_ms.or(Some(at_ms)) };
        }
        Ok(Account { customer, name: self.name_of(customer.as_bytes())?, owes_minor, oldest_ms })
    }

    /// Whether this customer was added.
    ///
    /// # Errors
    /// When the file fails.
    pub fn has_customer(&self, customer: CustomerId) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM customer WHERE customer = ?1";
        Ok(self.row(sql, params![customer.as_bytes()], |_| Ok(()))?.is_some())
    }
}
