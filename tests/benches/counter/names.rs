//! A catalogue of our own as large as a wholesaler's: names made of real active substances, makers, strengths
//! and forms, so that words are as long, as common and as alike as they are on a shelf. Prices, codes and
//! which of them exist are invented; the same number always makes the same product.

use std::fmt::Write;

const SUBSTANCES: &str = "\
    ACÉBUTOLOL|ACÉTYLCYSTÉINE|ACICLOVIR|ALENDRONATE|ALFUZOSINE|ALLOPURINOL|AMIODARONE|AMISULPRIDE|\
    AMITRIPTYLINE|AMLODIPINE|AMOXICILLINE|ANASTROZOLE|ARIPIPRAZOLE|ATÉNOLOL|ATORVASTATINE|AZITHROMYCINE|\
    BACLOFÈNE|BÉTAHISTINE|BÉTAMÉTHASONE|BISOPROLOL|BROMAZÉPAM|BUDÉSONIDE|BUPRÉNORPHINE|CANDÉSARTAN|\
    CARBAMAZÉPINE|CARBOCISTÉINE|CARVÉDILOL|CÉFIXIME|CÉFPODOXIME|CÉFUROXIME|CÉLÉCOXIB|CÉTIRIZINE|\
    CIPROFLOXACINE|CITALOPRAM|CLARITHROMYCINE|CLINDAMYCINE|CLOPIDOGREL|CLOTRIMAZOLE|CODÉINE|COLCHICINE|\
    CYPROTÉRONE|DAPAGLIFLOZINE|DESLORATADINE|DESOGESTREL|DEXAMÉTHASONE|DICLOFÉNAC|DILTIAZEM|DOMPÉRIDONE|\
    DONÉPÉZIL|DOXYCYCLINE|DULOXÉTINE|ÉBASTINE|ÉNALAPRIL|ÉPLÉRÉNONE|ESCITALOPRAM|ÉSOMÉPRAZOLE|ÉZÉTIMIBE|\
    FÉBUXOSTAT|FÉNOFIBRATE|FINASTÉRIDE|FLÉCAÏNIDE|FLUCONAZOLE|FLUOXÉTINE|FLUTICASONE|FUROSÉMIDE|\
    GABAPENTINE|GLICLAZIDE|GLIMÉPIRIDE|HYDROCHLOROTHIAZIDE|HYDROCORTISONE|HYDROXYZINE|IBUPROFÈNE|\
    INDAPAMIDE|IRBÉSARTAN|KÉTOPROFÈNE|LAMOTRIGINE|LANSOPRAZOLE|LERCANIDIPINE|LÉTROZOLE|LÉVÉTIRACÉTAM|\
    LÉVOCÉTIRIZINE|LÉVOFLOXACINE|LÉVOTHYROXINE|LOPÉRAMIDE|LORATADINE|LORAZÉPAM|LOSARTAN|MÉMANTINE|\
    METFORMINE|MÉTHOTREXATE|MÉTOCLOPRAMIDE|MÉTOPROLOL|MIRTAZAPINE|MONTÉLUKAST|MORPHINE|NÉBIVOLOL|\
    NICARDIPINE|OLANZAPINE|OLMÉSARTAN|OMÉPRAZOLE|OXAZÉPAM|OXYCODONE|PANTOPRAZOLE|PARACÉTAMOL|PAROXÉTINE|\
    PÉRINDOPRIL|PRAVASTATINE|PRÉDNISOLONE|PRÉGABALINE|PROPRANOLOL|QUÉTIAPINE|RABÉPRAZOLE|RAMIPRIL|\
    RISPÉRIDONE|ROSUVASTATINE|SERTRALINE|SIMVASTATINE|SPIRONOLACTONE|TAMSULOSINE|TRAMADOL";

const MAKERS: &str = "\
    ACCORD|ALMUS|ALTER|ARROW|BAYER|BGR|BIOGARAN|CRISTERS|EG|ETHYPHARM|EVOLUGEN|GNR|KRKA|MYLAN|PFIZER|\
    RANBAXY|RATIOPHARM|SANDOZ|SANOFI|TEVA|UPSA|VIATRIS|ZENTIVA|ZYDUS";

const STRENGTHS: &str = "\
    0,5 mg|1 mg|2,5 mg|5 mg|7,5 mg|10 mg|20 mg|25 mg|40 mg|50 mg|75 mg|100 mg|150 mg|200 mg|500 mg|1 g";

const FORMS: &str = "\
    comprimé|comprimé pelliculé|comprimé pelliculé sécable|comprimé orodispersible|\
    comprimé à libération prolongée|comprimé effervescent|gélule|gélule gastro-résistante|capsule molle|\
    solution buvable en flacon|poudre pour suspension buvable|granulés en sachet-dose|suppositoire|crème";

const PACKS: &str = "\
    plaquette(s) PVC aluminium de 30 comprimé(s)|plaquette(s) PVC PVDC aluminium de 90 comprimé(s)|\
    flacon(s) polyéthylène haute densité de 28|boîte de 14|boîte de 20|flacon en verre brun de 125 ml|\
    tube aluminium de 30 g";

/// Beginnings, middles and ends of brands that nobody sells.
const SYLLABLES: [&str; 3] = [
    "\
    AC|AL|BEL|BI|CAR|CO|DA|DER|DOL|EF|EU|FLU|GA|GYN|HEX|IMO|KLI|LA|LYS|MAX|MU|NA|NEO|OPT|PHY|PRO|RHI|SE|SPA|TO|\
    UR|VI|XE|ZA|ZI",
    "BRA|CLO|DI|FE|GO|LIX|MA|NU|PHA|RI|SOL|TRA|VE|ZY|LO|KA",
    "DENT|DERM|FEN|FORT|GYL|LAX|LINE|MINE|NAL|PAX|RIL|TAN|TIL|VIT|XAN|ZOL",
];

/// Products of the catalogue.
pub const PRODUCTS: usize = 100_000;

/// A product of this catalogue.
pub struct Named {
    /// An EAN-13 that begins like every French one.
    pub code: String,
    /// Substance, maker, strength, form.
    pub name: String,
    /// How it is packed.
    pub pack: &'static str,
    /// Price in minor units.
    pub price_minor: u64,
    /// Only against prescription.
    pub rx: bool,
}

/// Makes the products; the lists are taken apart once.
pub struct Names {
    substances: Vec<&'static str>,
    makers: Vec<&'static str>,
    strengths: Vec<&'static str>,
    forms: Vec<&'static str>,
    packs: Vec<&'static str>,
    syllables: [Vec<&'static str>; 3],
}

impl Names {
    pub fn new() -> Self {
        let list = |text: &'static str| text.split('|').collect();
        Self {
            substances: list(SUBSTANCES),
            makers: list(MAKERS),
            strengths: list(STRENGTHS),
            forms: list(FORMS),
            packs: list(PACKS),
            syllables: SYLLABLES.map(list),
        }
    }

    /// The product of this number, below [`PRODUCTS`]; no two have the same name or code. One in four has a
    /// brand instead of a substance, so that there are many rare words.
    pub fn product(&self, number: usize) -> Named {
        let name = if number % 4 == 3 { self.branded(number) } else { self.generic(number) };
        Named {
            code: ean13(number),
            name,
            pack: self.packs[number % self.packs.len()],
            price_minor: 150 + mixed(number) % 6_000,
            rx: number % 3 == 1,
        }
    }

    fn generic(&self, number: usize) -> String {
        let lists = [&self.substances, &self.makers, &self.strengths, &self.forms];
        // A step that shares no factor with the number of combinations meets none of them twice.
        let mut rest = number * 389_171 % lists.iter().map(|list| list.len()).product::<usize>();
        let [substance, maker, strength, form] = lists.map(|list| {
            let picked = list[rest % list.len()];
            rest /= list.len();
            picked
        });
        format!("{substance} {maker} {strength}, {form}")
    }

    fn branded(&self, number: usize) -> String {
        // Four strengths of each brand.
        let mut rest = number / 16;
        let brand: String = self
            .syllables
            .iter()
            .map(|list| {
                let picked = list[rest % list.len()];
                rest /= list.len();
                picked
            })
            .collect();
        let strength = self.strengths[number / 4 % self.strengths.len()];
        format!("{brand} {strength}, {}", self.forms[number / 16 % self.forms.len()])
    }

    /// The catalogue as a CSV file.
    pub fn csv(&self) -> String {
        let mut text = String::from("code;name;pack;price;tax;rx\n");
        for product in (0..PRODUCTS).map(|number| self.product(number)) {
            let Named { code, name, pack, price_minor, rx } = product;
            let (units, cents, rx) = (price_minor / 100, price_minor % 100, if rx { "yes" } else { "no" });
            let _ = writeln!(text, "{code};{name};{pack};{units}.{cents:02};intermediate;{rx}");
        }
        text
    }
}

/// A number that looks like chance and is always the same.
pub fn mixed(number: usize) -> u64 {
    (number as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29) >> 20
}

fn ean13(number: usize) -> String {
    let digits = format!("34009{number:07}");
    let sum: u32 = digits
        .bytes()
        .zip([1, 3].into_iter().cycle())
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}
