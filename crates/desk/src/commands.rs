//! The one list of commands: the Tauri door and the HTTP door both go through [`Desk::call`], and the
//! TypeScript `Commands` interface is generated from the same list, so the three cannot drift apart. Each
//! command names the permission that it asks for; without one it does not compile.

use domain::permission::Permission;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::api::{
    basket::*, branch::*, cash::*, catalogue::*, display::*, drawers::*, export::*, mail::*, over_short::*,
    papers::*, printing::*, sales::*, setup::*, stock::*, transfers::*,
};
use crate::{Desk, Fault};

/// The argument of a command that takes none: `{}`.
#[derive(Debug, Clone, Copy, serde::Deserialize, ts_rs::TS)]
pub struct Nothing {}

fn args<T: DeserializeOwned>(value: Value) -> Result<T, Fault> {
    serde_json::from_value(value).map_err(|_| Fault::bare("bad_arguments"))
}

macro_rules! who {
    (anybody) => {
        None
    };
    ($permission:ident) => {
        Some(Permission::$permission)
    };
}

macro_rules! commands {
    ($($name:ident($args:ty) -> $reply:ty, $who:ident;)*) => {
        impl Desk {
            /// Runs the command of this name. Arguments and replies are the JSON of the types in [`crate::api`].
            ///
            /// # Errors
            /// `unknown_command`, `bad_arguments`, `nobody_signed_in`, `not_allowed`, or whatever the command
            /// refuses with.
            pub fn call(&self, name: &str, value: Value) -> Result<Value, Fault> {
                match name {
                    $(stringify!($name) => {
                        let args = args::<$args>(value)?;
                        self.admit(who!($who))?;
                        let reply: $reply = self.heard(self.$name(args))?;
                        serde_json::to_value(reply).map_err(|_| Fault::bare("internal"))
                    })*
                    _ => Err(Fault::bare("unknown_command")),
                }
            }
        }

        /// All commands, in the order of the list, each with the permission that it asks for at the least; none
        /// for those that nobody needs to be signed in for.
        pub const COMMANDS: &[(&str, Option<Permission>)] = &[$((stringify!($name), who!($who))),*];

        /// The TypeScript files of all command types, and the `Commands` interface itself, as (file name, text).
        pub fn bindings() -> Vec<(String, String)> {
            let mut files = crate::bindings::Files::new();
            $(files.command::<$args, $reply>(stringify!($name));)*
            crate::viewing::bindings(&mut files);
            files.finish()
        }
    };
}

commands! {
    status(Nothing) -> Status, anybody;
    setup_options(Nothing) -> SetupOptions, anybody;
    set_up(SetUp) -> Status, anybody;
    join(Join) -> Status, anybody;
    join_by_server(AtServer) -> Status, anybody;
    connect_server(AtServer) -> Status, Devices;
    invite_by_server(Nothing) -> TillInvited, Devices;
    revoke_till(TillNo) -> Status, Devices;
    staff(Nothing) -> Vec<StaffView>, anybody;
    add_staff(AddStaff) -> Vec<StaffView>, Staff;
    sign_in(SignIn) -> Status, anybody;
    sign_out(Nothing) -> Status, anybody;
    stay(Nothing) -> Status, Look;
    change_secret(ChangeSecret) -> Status, Look;
    give_secret(GiveSecret) -> Vec<StaffView>, Staff;
    give_role(GiveRole) -> Vec<StaffView>, Staff;
    leave(StaffRef) -> Vec<StaffView>, Staff;
    read_badge(ReadBadge) -> StaffRef, anybody;
    give_badge(GiveBadge) -> BadgeMade, Staff;
    take_badge(StaffRef) -> Vec<StaffView>, Staff;
    approve(Approve) -> Status, Look;
    ask_approval(AskApproval) -> ApprovalState, Look;
    approval_state(EntryRef) -> ApprovalState, Look;
    approvals_asked(OfBranch) -> Vec<AskedView>, Look;
    decide_approval(DecideApproval) -> Vec<AskedView>, Look;
    permissions(Nothing) -> Vec<PermissionView>, Look;
    people_report(PeopleQuery) -> PeopleReport, SeePeople;
    over_short_report(OverShortQuery) -> OverShortReport, SeePeople;
    month_list(MonthQuery) -> MonthList, SeePeople;
    export_book(ExportBook) -> ExportBegun, Export;
    settings(Nothing) -> SettingsView, Look;
    setting_changes(Nothing) -> Vec<SettingChange>, Look;
    save_settings(SettingsView) -> SettingsView, Settings;
    set_practice(SetPractice) -> Status, Practice;
    set_backup(SetBackup) -> BackupView, Settings;
    back_up(Nothing) -> JobView, Settings;
    verify(Nothing) -> JobView, Verify;
    cancel_job(JobNo) -> JobView, Verify;

    basket(Nothing) -> BasketView, Look;
    scan(Scan) -> Scanned, Sell;
    add_product(AddProduct) -> BasketView, Sell;
    add_unknown(AddUnknown) -> BasketView, SellUnknown;
    set_quantity(SetQuantity) -> BasketView, Sell;
    set_discount(SetDiscount) -> BasketView, Discount;
    override_price(OverridePrice) -> BasketView, OverridePrice;
    confirm_rx(LineNo) -> BasketView, ConfirmRx;
    choose_lot(ChooseLot) -> BasketView, Sell;
    void_line(VoidLine) -> BasketView, Void;
    void_basket(VoidBasket) -> BasketView, Void;
    park(Park) -> BasketView, Sell;
    parked(Nothing) -> Vec<ParkedView>, Look;
    recall(Recall) -> BasketView, Sell;
    quote_tenders(QuoteTenders) -> TenderQuote, Look;
    complete_sale(CompleteSale) -> SaleDone, Sell;

    sales(FindSales) -> Vec<SaleRow>, Look;
    sale(SaleId) -> SaleView, Look;
    start_refund(StartRefund) -> BasketView, Refund;
    unlinked_refund(UnlinkedRefund) -> BasketView, RefundUnlinked;
    correct_tender(CorrectTender) -> SaleView, CorrectTender;
    reprint_sale(ReprintSale) -> ReceiptView, Sell;
    printers(Nothing) -> PrintersView, Look;
    find_printers(Nothing) -> Vec<FoundPrinter>, Settings;
    set_printer(SetPrinter) -> PrintersView, Settings;
    print(Print) -> PrintersView, Sell;
    settle_print(SettlePrint) -> PrintersView, Sell;
    print_file(PrintRef) -> FileMade, Sell;
    display(Nothing) -> DisplayView, anybody;
    set_display(SetDisplay) -> DisplayView, Settings;
    mail(Nothing) -> MailView, Look;
    set_mail(SetMail) -> MailView, Settings;
    send_mail(SendMail) -> MailView, Sell;
    settle_mail(SettleMail) -> MailView, Sell;
    test_mail(TestMail) -> MailView, Settings;
    customers(Nothing) -> Vec<CustomerView>, Look;
    add_customer(AddCustomer) -> CustomerView, AddCustomer;
    settle_account(SettleAccount) -> ReceiptView, SettleAccount;

    drawer(Nothing) -> DrawerView, Look;
    sum_denominations(SumDenominations) -> DenominationSum, Look;
    open_session(OpenSession) -> DrawerView, Drawer;
    drawers(Nothing) -> Vec<DrawerRow>, Look;
    take_drawer(TakeDrawer) -> DrawerView, Drawer;
    leave_drawer(LeaveDrawer) -> DrawerView, Drawer;
    hand_over(HandOver) -> DrawerView, Drawer;
    close_till(CloseTill) -> ReportView, Drawer;
    move_cash(MoveCash) -> DrawerView, MoveCash;
    cash(CashQuery) -> CashView, Look;
    send_cash(SendCash) -> CashView, MoveCash;
    accept_cash(AcceptCash) -> CashView, MoveCash;
    refuse_cash(RefuseCash) -> CashView, MoveCash;
    transfer_slip(EntryRef) -> ReceiptView, Look;
    count_other(CountOther) -> CashView, Reconcile;
    close_other(CloseOther) -> CashView, Reconcile;
    sign_close(SignClose) -> CashView, Reconcile;
    pick_close(PickClose) -> CashView, Reconcile;
    count_drawer(CountDrawer) -> DrawerView, Drawer;
    count_part(CountPart) -> Vec<PartView>, Drawer;
    counted_parts(PartsOf) -> Vec<PartView>, Look;
    keep_draft(Draft) -> Draft, Drawer;
    draft(DraftOf) -> Draft, Look;
    close_session(CloseSession) -> ReportView, Drawer;
    causes(CausesOf) -> CausesView, SeeExpected;
    explain_over_short(ExplainOverShort) -> CausesView, Settle;
    x_report(Nothing) -> ReportView, Look;
    z_reports(Nothing) -> Vec<ZRow>, Look;
    z_report(EntryId) -> ReportView, Look;
    reprint_z(ReprintZ) -> ReportView, Sell;
    day_report(DayQuery) -> DayView, Look;
    paper_file(PaperFile) -> FileMade, Look;
    branch_now(OfBranch) -> BranchNow, Look;
    branch_stock(OfBranch) -> BranchStock, Look;
    settled_exceptions(Nothing) -> Vec<ToSettle>, Look;
    settle_exception(SettleException) -> Vec<ToSettle>, Settle;
    view_link(Nothing) -> ViewLink, SeePeople;

    find_products(FindProducts) -> FoundProducts, Look;
    product(ProductId) -> ProductView, Look;
    save_product(SaveProduct) -> ProductView, Catalogue;
    lot_marks(Nothing) -> Vec<LotMarkView>, Look;
    lot_mark(MarkRef) -> LotMarkDetail, Look;
    mark_lots(MarkLots) -> Vec<LotMarkView>, MoveStock;
    release_lots(ReleaseLots) -> Vec<LotMarkView>, ReleaseLots;
    expiry_list(Nothing) -> ExpiryList, Look;
    write_off(WriteOff) -> ExpiryList, MoveStock;
    read_pack(ReadPack) -> PackRead, Look;
    check_delivery(CheckDelivery) -> Vec<DeliveryCheck>, Look;
    deliver(Deliver) -> DeliveryView, MoveStock;
    return_goods(ReturnGoods) -> DeliveryView, MoveStock;
    deliveries(Nothing) -> Vec<DeliveryRow>, Look;
    delivery(DeliveryRef) -> DeliveryView, Look;
    movements(ProductId) -> Vec<MovementRow>, Look;
    try_scanner(TryScanner) -> ScannerVerdict, Look;
    import_catalogue(ImportCatalogue) -> JobView, Import;
    import_report(JobNo) -> ImportReport, Look;
    unknown_sold(Nothing) -> Vec<UnknownSold>, Look;
    product_conflicts(Nothing) -> Vec<ConflictView>, Look;
    settle_conflict(SettleConflict) -> Vec<ConflictView>, Catalogue;
}
