//! The one list of commands: the Tauri door and the HTTP door both go through [`Desk::call`], and the
//! TypeScript `Commands` interface is generated from the same list, so the three cannot drift apart.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::{basket::*, branch::*, cash::*, catalogue::*, sales::*, setup::*};
use crate::{Desk, Fault};

/// The argument of a command that takes none: `{}`.
#[derive(Debug, Clone, Copy, serde::Deserialize, ts_rs::TS)]
pub struct Nothing {}

fn args<T: DeserializeOwned>(value: Value) -> Result<T, Fault> {
    serde_json::from_value(value).map_err(|_| Fault::bare("bad_arguments"))
}

macro_rules! commands {
    ($($name:ident($args:ty) -> $reply:ty;)*) => {
        impl Desk {
            /// Runs the command of this name. Arguments and replies are the JSON of the types in [`crate::api`].
            ///
            /// # Errors
            /// `unknown_command`, `bad_arguments`, or whatever the command refuses with.
            pub fn call(&self, name: &str, value: Value) -> Result<Value, Fault> {
                match name {
                    $(stringify!($name) => {
                        let reply: $reply = self.heard(self.$name(args::<$args>(value)?))?;
                        serde_json::to_value(reply).map_err(|_| Fault::bare("internal"))
                    })*
                    _ => Err(Fault::bare("unknown_command")),
                }
            }
        }

        /// Names of all commands, in the order of the list.
        pub const COMMANDS: &[&str] = &[$(stringify!($name)),*];

        /// The TypeScript files of all command types, and the `Commands` interface itself, as (file name, text).
        pub fn bindings() -> Vec<(String, String)> {
            let mut files = crate::bindings::Files::new();
            $(files.command::<$args, $reply>(stringify!($name));)*
            files.finish()
        }
    };
}

commands! {
    status(Nothing) -> Status;
    setup_options(Nothing) -> SetupOptions;
    set_up(SetUp) -> Status;
    join(Join) -> Status;
    join_by_server(AtServer) -> Status;
    connect_server(AtServer) -> Status;
    invite_by_server(Nothing) -> TillInvited;
    revoke_till(TillNo) -> Status;
    staff(Nothing) -> Vec<StaffView>;
    add_staff(AddStaff) -> Vec<StaffView>;
    sign_in(SignIn) -> Status;
    sign_out(Nothing) -> Status;
    settings(Nothing) -> SettingsView;
    save_settings(SettingsView) -> SettingsView;
    set_practice(SetPractice) -> Status;
    set_backup(SetBackup) -> BackupView;
    back_up(Nothing) -> JobView;
    verify(Nothing) -> JobView;
    cancel_job(JobNo) -> JobView;

    basket(Nothing) -> BasketView;
    scan(Scan) -> Scanned;
    add_product(AddProduct) -> BasketView;
    add_unknown(AddUnknown) -> BasketView;
    set_quantity(SetQuantity) -> BasketView;
    set_discount(SetDiscount) -> BasketView;
    override_price(OverridePrice) -> BasketView;
    confirm_rx(LineNo) -> BasketView;
    void_line(VoidLine) -> BasketView;
    void_basket(VoidBasket) -> BasketView;
    park(Park) -> BasketView;
    parked(Nothing) -> Vec<ParkedView>;
    recall(Recall) -> BasketView;
    quote_tenders(QuoteTenders) -> TenderQuote;
    complete_sale(CompleteSale) -> SaleDone;

    sales(FindSales) -> Vec<SaleRow>;
    sale(SaleId) -> SaleView;
    start_refund(StartRefund) -> BasketView;
    unlinked_refund(UnlinkedRefund) -> BasketView;
    correct_tender(CorrectTender) -> SaleView;
    reprint_sale(ReprintSale) -> ReceiptView;
    customers(Nothing) -> Vec<CustomerView>;
    add_customer(AddCustomer) -> CustomerView;
    settle_account(SettleAccount) -> ReceiptView;

    drawer(Nothing) -> DrawerView;
    sum_denominations(SumDenominations) -> DenominationSum;
    open_session(OpenSession) -> DrawerView;
    move_cash(MoveCash) -> DrawerView;
    count_drawer(CountDrawer) -> DrawerView;
    close_session(CloseSession) -> ReportView;
    x_report(Nothing) -> ReportView;
    z_reports(Nothing) -> Vec<ZRow>;
    z_report(EntryId) -> ReportView;
    reprint_z(ReprintZ) -> ReportView;
    day_report(DayQuery) -> DayView;
    branch_now(OfBranch) -> BranchNow;
    branch_stock(OfBranch) -> BranchStock;
    settled_exceptions(Nothing) -> Vec<ToSettle>;
    settle_exception(SettleException) -> Vec<ToSettle>;
    view_link(Nothing) -> ViewLink;

    find_products(FindProducts) -> FoundProducts;
    product(ProductId) -> ProductView;
    save_product(SaveProduct) -> ProductView;
    import_catalogue(ImportCatalogue) -> JobView;
    import_report(JobNo) -> ImportReport;
    unknown_sold(Nothing) -> Vec<UnknownSold>;
    product_conflicts(Nothing) -> Vec<ConflictView>;
    settle_conflict(SettleConflict) -> Vec<ConflictView>;
}
