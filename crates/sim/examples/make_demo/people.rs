//! Borrowers and their phones: invented names, numbers of no operator, IMEIs of test equipment.

use fairlock_intake::imei;

use crate::chance::Chance;

const KENYANS: (&[&str], &[&str]) = (
    &[
        "Achieng", "Amina", "Atieno", "Brian", "Chebet", "Collins", "Esther", "Faith", "Grace",
        "Hassan", "Ian", "Joyce", "Kevin", "Kiprono", "Lilian", "Mercy", "Moses", "Naliaka",
        "Njeri", "Otieno", "Peter", "Purity", "Rashid", "Ruth", "Samuel", "Wanjiku", "Zawadi",
    ],
    &[
        "Barasa",
        "Chege",
        "Cheruiyot",
        "Juma",
        "Kamau",
        "Karanja",
        "Kibet",
        "Kimani",
        "Kiptoo",
        "Macharia",
        "Makau",
        "Maina",
        "Mutua",
        "Muthoni",
        "Mwangi",
        "Ndungu",
        "Njoroge",
        "Nyambura",
        "Ochieng",
        "Odhiambo",
        "Okoth",
        "Omondi",
        "Onyango",
        "Ouma",
        "Rotich",
        "Wafula",
        "Wekesa",
    ],
);
const UGANDANS: (&[&str], &[&str]) = (
    &[
        "Apio",
        "Babirye",
        "Christine",
        "David",
        "Denis",
        "Florence",
        "Isaac",
        "Joan",
        "Kato",
        "Mirembe",
        "Moses",
        "Nakato",
        "Namukasa",
        "Patrick",
        "Prossy",
        "Robert",
        "Sarah",
        "Wasswa",
    ],
    &[
        "Akello",
        "Byaruhanga",
        "Kaggwa",
        "Kasozi",
        "Kizza",
        "Lubega",
        "Mugisha",
        "Mukasa",
        "Musoke",
        "Nabirye",
        "Nakayima",
        "Okello",
        "Opio",
        "Ssemwanga",
        "Ssali",
        "Tumusiime",
    ],
);
const KUWAITIS: (&[&str], &[&str]) = (
    &[
        "Abdullah", "Ahmad", "Bader", "Dalal", "Fahad", "Fatma", "Hessa", "Khaled", "Mariam",
        "Nasser", "Noura", "Omar", "Reem", "Salem", "Shaikha", "Yousef", "Zahra",
    ],
    &[
        "Al-Adwani",
        "Al-Ajmi",
        "Al-Enezi",
        "Al-Failakawi",
        "Al-Hajri",
        "Al-Kandari",
        "Al-Mutairi",
        "Al-Otaibi",
        "Al-Rashidi",
        "Al-Sabti",
        "Al-Shammari",
        "Bu-Hamad",
        "D'Souza",
        "Fernandes",
    ],
);

/// A model with the first eight digits of its IMEIs. Those that begin with 00 are for test
/// equipment (GSMA TS.06): no phone on sale has one.
pub const MODELS: [(&str, &str); 6] = [
    ("Tecno Spark 20", "00440101"),
    ("Samsung Galaxy A15", "00440102"),
    ("Infinix Hot 40", "00440103"),
    ("Nokia C32", "00440104"),
    ("Itel A70", "00440105"),
    ("Redmi 13C", "00440106"),
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Country {
    Kenya,
    Uganda,
    Kuwait,
}

impl Country {
    pub fn time_zone(self) -> &'static str {
        match self {
            Country::Kenya => "Africa/Nairobi",
            Country::Uganda => "Africa/Kampala",
            Country::Kuwait => "Asia/Kuwait",
        }
    }

    fn names(self) -> (&'static [&'static str], &'static [&'static str]) {
        match self {
            Country::Kenya => KENYANS,
            Country::Uganda => UGANDANS,
            Country::Kuwait => KUWAITIS,
        }
    }

    /// Country code and a zero, with which no number behind a country code begins.
    fn number_prefix(self) -> &'static str {
        match self {
            Country::Kenya => "2540",
            Country::Uganda => "2560",
            Country::Kuwait => "9650",
        }
    }
}

pub struct Person {
    pub first: &'static str,
    pub last: &'static str,
    /// Digits with country code.
    pub number: String,
}

impl Person {
    pub fn draw(country: Country, chance: &mut Chance) -> Self {
        let (firsts, lasts) = country.names();
        let (first, last) = (*chance.pick(firsts), *chance.pick(lasts));
        let number = format!(
            "{}{:08}",
            country.number_prefix(),
            chance.between(0, 99_999_999)
        );
        Self {
            first,
            last,
            number,
        }
    }

    pub fn full_name(&self) -> String {
        format!("{} {}", self.first, self.last)
    }
}

/// A device: its model and IMEI. `serial` is one of a kind.
pub fn device(serial: u32, chance: &mut Chance) -> (&'static str, String) {
    let (model, allocation) = *chance.pick(&MODELS);
    let body = format!("{allocation}{serial:06}");
    let check = imei::check_digit(&body);
    (model, format!("{body}{check}"))
}
