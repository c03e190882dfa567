//! Who may do what: one table, by role. Each command names the row that it is checked against, below the ui;
//! the settings show it, and the README's copy is made from it.

use crate::entry::Role;

/// What one role may do of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Always.
    Yes,
    /// Up to so much by themselves, in the unit of the permission; above that with somebody who may.
    UpTo(i64),
    /// Only with somebody who may.
    Ask,
    /// Not at all.
    No,
}

/// What the limits of a permission count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Nothing: it is done or not.
    Nothing,
    /// Hundredths of a percent.
    Percent,
    /// Minor units of the branch's currency.
    Money,
}

/// What the table says to one act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It may be done.
    Allowed,
    /// It may be done once somebody who may do it allows it.
    NeedsApproval,
    /// It may not be done.
    Refused,
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident $code:literal $unit:ident $rights:expr;)*) => {
        /// What can be allowed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission {
            $($(#[$doc])* $name,)*
        }

        impl Permission {
            /// All of them, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Stable code.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// What its limits count.
            #[must_use]
            pub fn unit(self) -> Unit {
                match self { $(Self::$name => Unit::$unit,)* }
            }

            /// The row of the table, in the order of [`Role::ALL`].
            fn rights(self) -> [Right; Role::ALL.len()] {
                use Right::{Ask, No, UpTo, Yes};
                match self { $(Self::$name => $rights,)* }
            }
        }
    };
}

// Columns: assistant, technician, pharmacist, manager, owner, auditor. Who comes later of the first five may
// whatever those before may, so that of several who allowed parts of one sale the highest allowed all of it.
permissions! {
    /// Looks at the counter, sales, products, the branch.
    Look "look" Nothing [Yes, Yes, Yes, Yes, Yes, Yes];
    /// Sees what a drawer should hold before it is counted.
    SeeExpected "see_expected" Nothing [No, No, No, Yes, Yes, Yes];
    /// Sees what people did, person by person, and signs in with a browser at the server.
    SeePeople "see_people" Nothing [No, No, No, Yes, Yes, Yes];
    /// Saves entries, postings and Z as files.
    Export "export" Nothing [No, No, No, Yes, Yes, Yes];
    /// Fills the basket, parks it, takes money, prints papers again.
    Sell "sell" Nothing [Yes, Yes, Yes, Yes, Yes, No];
    /// Sells at so much a pack what the catalogue does not know, or has no price for.
    SellUnknown "sell_unknown" Money [UpTo(5_000), UpTo(10_000), Yes, Yes, Yes, No];
    /// Confirms that a prescription was seen: work of pharmaceutical staff.
    ConfirmRx "confirm_rx" Nothing [Ask, Yes, Yes, Yes, Yes, No];
    /// Takes so much off a price.
    Discount "discount" Percent [UpTo(500), UpTo(1_000), UpTo(2_000), Yes, Yes, No];
    /// Charges so much less than the price of the catalogue.
    OverridePrice "override_price" Percent [Ask, UpTo(1_000), UpTo(2_000), Yes, Yes, No];
    /// Takes lines or whole baskets out before they are paid.
    Void "void" Nothing [Yes, Yes, Yes, Yes, Yes, No];
    /// Takes goods back for so much, by their receipt.
    Refund "refund" Money [UpTo(5_000), UpTo(10_000), UpTo(50_000), Yes, Yes, No];
    /// Takes goods back for so much, without a receipt.
    RefundUnlinked "refund_unlinked" Money [Ask, UpTo(2_000), UpTo(10_000), Yes, Yes, No];
    /// Says that a sale was paid otherwise than it was rung up.
    CorrectTender "correct_tender" Nothing [Ask, Ask, Yes, Yes, Yes, No];
    /// Lets a customer buy on account from now on.
    AddCustomer "add_customer" Nothing [Ask, Ask, Yes, Yes, Yes, No];
    /// Takes money towards an account.
    SettleAccount "settle_account" Nothing [Yes, Yes, Yes, Yes, Yes, No];
    /// Opens the drawer for the day, counts it, closes it.
    Drawer "drawer" Nothing [Yes, Yes, Yes, Yes, Yes, No];
    /// Counts and closes drawers of other tills, and signs what a drawer came to.
    Reconcile "reconcile" Nothing [No, No, Ask, Yes, Yes, No];
    /// Puts cash in, sends cash out of the drawer, accepts what was sent to it.
    MoveCash "move_cash" Nothing [Yes, Yes, Yes, Yes, Yes, No];
    /// Takes cash out of the safe, accepts cash for it, and says what the bank confirmed.
    Safe "safe" Nothing [Ask, Ask, Yes, Yes, Yes, No];
    /// Takes out so much cash that is no refund.
    PaidOut "paid_out" Money [UpTo(2_000), UpTo(5_000), UpTo(10_000), Yes, Yes, No];
    /// Opens the drawer without a sale.
    NoSale "no_sale" Nothing [Ask, Yes, Yes, Yes, Yes, No];
    /// Works on the practice book.
    Practice "practice" Nothing [Yes, Yes, Yes, Yes, Yes, No];
    /// Changes products, and decides between values that were set apart.
    Catalogue "catalogue" Nothing [Ask, Ask, Yes, Yes, Yes, No];
    /// Books deliveries, says that lots must not be sold, takes goods off the shelf that are not sold.
    MoveStock "move_stock" Nothing [Ask, Yes, Yes, Yes, Yes, No];
    /// Lets lots be sold again.
    ReleaseLots "release_lots" Nothing [No, Ask, Yes, Yes, Yes, No];
    /// Takes over a release of a medicines catalogue.
    Import "import" Nothing [No, No, Yes, Yes, Yes, No];
    /// Checks the whole book.
    Verify "verify" Nothing [No, No, Yes, Yes, Yes, Yes];
    /// Changes settings and where backups go, and makes one now.
    Settings "settings" Nothing [No, No, No, Yes, Yes, No];
    /// Adds people, gives them a role, a PIN or a badge, and says that they left.
    Staff "staff" Nothing [No, No, No, Yes, Yes, No];
    /// Connects to a server, invites tills and cuts them off.
    Devices "devices" Nothing [No, No, No, Yes, Yes, No];
    /// Settles exceptions.
    Settle "settle" Nothing [No, No, No, Yes, Yes, No];
}

impl Permission {
    /// The permission of this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|permission| permission.code() == code)
    }

    /// Whether it is about what is in the basket, and so about the sale that this becomes.
    #[must_use]
    pub fn is_of_basket(self) -> bool {
        matches!(
            self,
            Self::SellUnknown
                | Self::ConfirmRx
                | Self::Discount
                | Self::OverridePrice
                | Self::Refund
                | Self::RefundUnlinked
        )
    }

    /// What a role may do of it.
    #[must_use]
    pub fn right(self, role: Role) -> Right {
        let place = Role::ALL.iter().position(|known| *known == role);
        place.map_or(Right::No, |place| self.rights()[place])
    }

    /// What the table says to an act of this extent, in the unit of the permission; 0 where there is none.
    #[must_use]
    pub fn verdict(self, role: Role, extent: i64) -> Verdict {
        match self.right(role) {
            Right::Yes => Verdict::Allowed,
            Right::UpTo(limit) if extent <= limit => Verdict::Allowed,
            Right::UpTo(_) | Right::Ask => Verdict::NeedsApproval,
            Right::No => Verdict::Refused,
        }
    }

    /// The roles that may do it, and so allow it to others.
    pub fn allowing(self, extent: i64) -> impl Iterator<Item = Role> {
        Role::ALL.into_iter().filter(move |role| self.verdict(*role, extent) == Verdict::Allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_permission_has_one_code() {
        for (place, permission) in Permission::ALL.iter().enumerate() {
            assert_eq!(Permission::parse(permission.code()), Some(*permission));
            let first = Permission::ALL.iter().position(|other| other.code() == permission.code());
            assert_eq!(first, Some(place), "{}", permission.code());
        }
    }

    #[test]
    fn what_the_table_says() {
        use Verdict::{Allowed, NeedsApproval, Refused};
        for (permission, role, extent, verdict) in [
            (Permission::Discount, Role::Assistant, 500, Allowed),
            (Permission::Discount, Role::Assistant, 501, NeedsApproval),
            (Permission::Discount, Role::Manager, 10_000, Allowed),
            (Permission::Discount, Role::Auditor, 0, Refused),
            (Permission::ConfirmRx, Role::Assistant, 0, NeedsApproval),
            (Permission::ConfirmRx, Role::Technician, 0, Allowed),
            (Permission::Refund, Role::Pharmacist, 50_001, NeedsApproval),
            (Permission::Staff, Role::Pharmacist, 0, Refused),
        ] {
            assert_eq!(permission.verdict(role, extent), verdict, "{permission:?} {role:?} {extent}");
        }
    }

    #[test]
    fn an_auditor_sees_everything_and_does_nothing() {
        let allowed: Vec<_> =
            Permission::ALL.iter().filter(|p| p.verdict(Role::Auditor, 0) != Verdict::Refused).collect();
        let seeing = [
            Permission::Look,
            Permission::SeeExpected,
            Permission::SeePeople,
            Permission::Export,
            Permission::Verify,
        ];
        assert_eq!(allowed, seeing.iter().collect::<Vec<_>>());
    }

    /// An export has every drawer and every person in it.
    #[test]
    fn whoever_exports_may_see_what_is_in_it() {
        for role in Permission::Export.allowing(0) {
            for seen in [Permission::SeeExpected, Permission::SeePeople] {
                assert_eq!(seen.verdict(role, 0), Verdict::Allowed, "{role:?} {seen:?}");
            }
        }
    }

    #[test]
    fn who_comes_later_may_whatever_those_before_may() {
        let selling = &Role::ALL[..5];
        for permission in Permission::ALL {
            for extent in [0, 1, 500, 2_000, 50_000, i64::MAX] {
                let may = |role: &Role| permission.verdict(*role, extent) == Verdict::Allowed;
                assert!(selling.is_sorted_by_key(may), "{permission:?} {extent}");
            }
        }
    }

    #[test]
    fn an_owner_may_whatever_anybody_may_and_allows_whatever_needs_it() {
        for permission in Permission::ALL {
            assert_eq!(permission.verdict(Role::Owner, i64::MAX), Verdict::Allowed, "{permission:?}");
        }
        let allowing: Vec<Role> = Permission::Refund.allowing(20_000).collect();
        assert_eq!(allowing, [Role::Pharmacist, Role::Manager, Role::Owner]);
    }
}
