//! The words around a paper that is sent by e-mail.

use super::words::Language;

/// Everything in a mail that is not data.
pub(super) struct MailWords {
    pub(super) receipt: &'static str,
    pub(super) z: &'static str,
    pub(super) x: &'static str,
    pub(super) test: &'static str,
    /// How a receipt's file is called, before its number.
    pub(super) receipt_file: &'static str,
    pub(super) greeting: &'static str,
    pub(super) receipt_text: &'static str,
    pub(super) report_text: &'static str,
    pub(super) test_text: &'static str,
    pub(super) regards: &'static str,
}

/// The words of a language.
pub(super) fn words(language: Language) -> &'static MailWords {
    match language {
        Language::German => &GERMAN,
        Language::French => &FRENCH,
        Language::English => &ENGLISH,
    }
}

const GERMAN: MailWords = MailWords {
    receipt: "Ihr Beleg",
    z: "Z-Bericht",
    x: "X-Bericht",
    test: "Probe",
    receipt_file: "Beleg",
    greeting: "Guten Tag,",
    receipt_text: "im Anhang finden Sie Ihren Beleg als PDF. Ihre Adresse haben wir nur dafür verwendet und danach gelöscht.",
    report_text: "im Anhang finden Sie den Bericht als PDF.",
    test_text: "diese Nachricht zeigt, dass die Kasse E-Mails versenden kann. Es ist nichts weiter zu tun.",
    regards: "Mit freundlichen Grüßen",
};

const FRENCH: MailWords = MailWords {
    receipt: "Votre ticket",
    z: "Rapport Z",
    x: "Rapport X",
    test: "Essai",
    receipt_file: "Ticket",
    greeting: "Bonjour,",
    receipt_text: "Vous trouverez votre ticket en pièce jointe, au format PDF. Votre adresse n'a servi qu'à cet envoi et a été effacée ensuite.",
    report_text: "Vous trouverez le rapport en pièce jointe, au format PDF.",
    test_text: "Ce message montre que la caisse peut envoyer des e-mails. Il n'y a rien d'autre à faire.",
    regards: "Cordialement",
};

const ENGLISH: MailWords = MailWords {
    receipt: "Your receipt",
    z: "Z report",
    x: "X report",
    test: "Test",
    receipt_file: "Receipt",
    greeting: "Hello,",
    receipt_text: "Your receipt is attached as a PDF. We used your address for this message only and deleted it afterwards.",
    report_text: "The report is attached as a PDF.",
    test_text: "This message shows that the till can send e-mail. There is nothing else to do.",
    regards: "Kind regards",
};
