//! Every application identifier of the GS1 Barcode Syntax Dictionary (GS1 AISBL, Apache-2.0), in its order.
//!
//! A test of [`super`] holds each row against the published file.

use super::{Row, n, n_to, row, x, x_to, y_to, z_to};
use crate::scan::lint::Lint as L;

/// The rows in lexical order of their identifiers, none of which is the beginning of another.
pub(super) static TABLE: [Row; 224] = [
    row("00", "00", &[n(18).with(&[L::Csum, L::Prefix2])]).predefined().attribute().key(""),
    row("01", "01", &[n(14).with(&[L::Csum, L::Prefix2])])
        .predefined()
        .attribute()
        .bars("255,37")
        .key("22,10,21|235"),
    row("02", "02", &[n(14).with(&[L::Csum, L::Prefix2])]).predefined().attribute().needs("37").bars("01,03"),
    row("03", "03", &[n(14).with(&[L::Csum, L::Prefix2])]).predefined().bars("01,02,37,235"),
    row("10", "10", &[x_to(20)]).attribute().needs("01,02,03,8006,8026"),
    row("11", "11", &[n(6).with(&[L::Yymmd0])]).predefined().attribute().needs("01,02,03,8006,8026"),
    row("12", "12", &[n(6).with(&[L::Yymmd0])]).predefined().attribute().needs("8020"),
    row("13", "13", &[n(6).with(&[L::Yymmd0])]).predefined().attribute().needs("01,02,03,8006,8026"),
    row("15", "15", &[n(6).with(&[L::Yymmd0])]).predefined().attribute().needs("01,02,03,8006,8026"),
    row("16", "16", &[n(6).with(&[L::Yymmd0])]).predefined().attribute().needs("01,02,03,8006,8026"),
    row("17", "17", &[n(6).with(&[L::Yymmd0])]).predefined().attribute().needs("01,02,03,255,8006,8026"),
    row("20", "20", &[n(2)]).predefined().attribute().needs("01,02,03,8006,8026"),
    row("21", "21", &[x_to(20)]).needs("01,03,8006").bars("235"),
    row("22", "22", &[x_to(20)]).needs("01"),
    row("235", "235", &[x_to(28)]).needs("01"),
    row("240", "240", &[x_to(30)]).attribute().needs("01,02,03,8006,8026"),
    row("241", "241", &[x_to(30)]).attribute().needs("01,02,03,8006,8026"),
    row("242", "242", &[n_to(6)]).attribute().needs("01,02,8006,8026"),
    row("243", "243", &[x_to(20)]).attribute().needs("01,03"),
    row("250", "250", &[x_to(30)]).attribute().needs("01+21,03+21,8006+21"),
    row("251", "251", &[x_to(30)]).attribute().needs("01,03,8006"),
    row("253", "253", &[n(13).with(&[L::Csum, L::Prefix1]), x_to(17).optional()]).attribute().key(""),
    row("254", "254", &[x_to(20)]).needs("414"),
    row("255", "255", &[n(13).with(&[L::Csum, L::Prefix1]), n_to(12).optional()])
        .attribute()
        .bars("01,02,415,8006,8020,8026")
        .key(""),
    row("30", "30", &[n_to(8)]).attribute().needs("01,02"),
    row("3100", "3105", &[n(6)]).predefined().attribute().needs("01,02").bars("310n"),
    row("3110", "3115", &[n(6)]).predefined().attribute().needs("01,02").bars("311n"),
    row("3120", "3125", &[n(6)]).predefined().attribute().needs("01,02").bars("312n"),
    row("3130", "3135", &[n(6)]).predefined().attribute().needs("01,02").bars("313n"),
    row("3140", "3145", &[n(6)]).predefined().attribute().needs("01,02").bars("314n"),
    row("3150", "3155", &[n(6)]).predefined().attribute().needs("01,02").bars("315n"),
    row("3160", "3165", &[n(6)]).predefined().attribute().needs("01,02").bars("316n"),
    row("3200", "3205", &[n(6)]).predefined().attribute().needs("01,02").bars("320n"),
    row("3210", "3215", &[n(6)]).predefined().attribute().needs("01,02").bars("321n"),
    row("3220", "3225", &[n(6)]).predefined().attribute().needs("01,02").bars("322n"),
    row("3230", "3235", &[n(6)]).predefined().attribute().needs("01,02").bars("323n"),
    row("3240", "3245", &[n(6)]).predefined().attribute().needs("01,02").bars("324n"),
    row("3250", "3255", &[n(6)]).predefined().attribute().needs("01,02").bars("325n"),
    row("3260", "3265", &[n(6)]).predefined().attribute().needs("01,02").bars("326n"),
    row("3270", "3275", &[n(6)]).predefined().attribute().needs("01,02").bars("327n"),
    row("3280", "3285", &[n(6)]).predefined().attribute().needs("01,02").bars("328n"),
    row("3290", "3295", &[n(6)]).predefined().attribute().needs("01,02").bars("329n"),
    row("3300", "3305", &[n(6)]).predefined().attribute().needs("00,01").bars("330n"),
    row("3310", "3315", &[n(6)]).predefined().attribute().needs("00,01").bars("331n"),
    row("3320", "3325", &[n(6)]).predefined().attribute().needs("00,01").bars("332n"),
    row("3330", "3335", &[n(6)]).predefined().attribute().needs("00,01").bars("333n"),
    row("3340", "3345", &[n(6)]).predefined().attribute().needs("00,01").bars("334n"),
    row("3350", "3355", &[n(6)]).predefined().attribute().needs("00,01").bars("335n"),
    row("3360", "3365", &[n(6)]).predefined().attribute().needs("00,01").bars("336n"),
    row("3370", "3375", &[n(6)]).predefined().attribute().needs("01").bars("337n"),
    row("3400", "3405", &[n(6)]).predefined().attribute().needs("00,01").bars("340n"),
    row("3410", "3415", &[n(6)]).predefined().attribute().needs("00,01").bars("341n"),
    row("3420", "3425", &[n(6)]).predefined().attribute().needs("00,01").bars("342n"),
    row("3430", "3435", &[n(6)]).predefined().attribute().needs("00,01").bars("343n"),
    row("3440", "3445", &[n(6)]).predefined().attribute().needs("00,01").bars("344n"),
    row("3450", "3455", &[n(6)]).predefined().attribute().needs("00,01").bars("345n"),
    row("3460", "3465", &[n(6)]).predefined().attribute().needs("00,01").bars("346n"),
    row("3470", "3475", &[n(6)]).predefined().attribute().needs("00,01").bars("347n"),
    row("3480", "3485", &[n(6)]).predefined().attribute().needs("00,01").bars("348n"),
    row("3490", "3495", &[n(6)]).predefined().attribute().needs("00,01").bars("349n"),
    row("3500", "3505", &[n(6)]).predefined().attribute().needs("01,02").bars("350n"),
    row("3510", "3515", &[n(6)]).predefined().attribute().needs("01,02").bars("351n"),
    row("3520", "3525", &[n(6)]).predefined().attribute().needs("01,02").bars("352n"),
    row("3530", "3535", &[n(6)]).predefined().attribute().needs("00,01").bars("353n"),
    row("3540", "3545", &[n(6)]).predefined().attribute().needs("00,01").bars("354n"),
    row("3550", "3555", &[n(6)]).predefined().attribute().needs("00,01").bars("355n"),
    row("3560", "3565", &[n(6)]).predefined().attribute().needs("01,02").bars("356n"),
    row("3570", "3575", &[n(6)]).predefined().attribute().needs("01,02").bars("357n"),
    row("3600", "3605", &[n(6)]).predefined().attribute().needs("01,02").bars("360n"),
    row("3610", "3615", &[n(6)]).predefined().attribute().needs("01,02").bars("361n"),
    row("3620", "3625", &[n(6)]).predefined().attribute().needs("00,01").bars("362n"),
    row("3630", "3635", &[n(6)]).predefined().attribute().needs("00,01").bars("363n"),
    row("3640", "3645", &[n(6)]).predefined().attribute().needs("01,02").bars("364n"),
    row("3650", "3655", &[n(6)]).predefined().attribute().needs("01,02").bars("365n"),
    row("3660", "3665", &[n(6)]).predefined().attribute().needs("01,02").bars("366n"),
    row("3670", "3675", &[n(6)]).predefined().attribute().needs("00,01").bars("367n"),
    row("3680", "3685", &[n(6)]).predefined().attribute().needs("00,01").bars("368n"),
    row("3690", "3695", &[n(6)]).predefined().attribute().needs("00,01").bars("369n"),
    row("37", "37", &[n_to(8)]).attribute().needs("00+02,00+8026"),
    row("3900", "3909", &[n_to(15)]).attribute().needs("255,8020").bars("390n,391n,394n,8111"),
    row("3910", "3919", &[n(3).with(&[L::Currency]), n_to(15)]).attribute().needs("8020").bars("391n"),
    row("3920", "3929", &[n_to(15)])
        .attribute()
        .needs("01+30,01+31nn,01+32nn,01+35nn,01+36nn")
        .bars("392n,393n"),
    row("3930", "3939", &[n(3).with(&[L::Currency]), n_to(15)])
        .attribute()
        .needs("30,31nn,32nn,35nn,36nn")
        .bars("393n"),
    row("3940", "3943", &[n(4)]).attribute().needs("255").bars("394n,8111"),
    row("3950", "3955", &[n(6)]).attribute().needs("30,31nn,32nn,35nn,36nn").bars("392n,393n,395n,8005"),
    row("400", "400", &[x_to(30)]).attribute(),
    row("401", "401", &[x_to(30).with(&[L::Prefix1])]).attribute().key(""),
    row("402", "402", &[n(17).with(&[L::Csum, L::Prefix1])]).attribute().key(""),
    row("403", "403", &[x_to(30)]).attribute().needs("00"),
    row("410", "410", &[n(13).with(&[L::Csum, L::Prefix1])]).predefined().attribute(),
    row("411", "411", &[n(13).with(&[L::Csum, L::Prefix1])]).predefined().attribute(),
    row("412", "412", &[n(13).with(&[L::Csum, L::Prefix1])]).predefined().attribute(),
    row("413", "413", &[n(13).with(&[L::Csum, L::Prefix1])]).predefined().attribute(),
    row("414", "414", &[n(13).with(&[L::Csum, L::Prefix1])]).predefined().attribute().key("254|7040"),
    row("415", "415", &[n(13).with(&[L::Csum, L::Prefix1])])
        .predefined()
        .attribute()
        .needs("8020")
        .key("8020"),
    row("416", "416", &[n(13).with(&[L::Csum, L::Prefix1])]).predefined().attribute(),
    row("417", "417", &[n(13).with(&[L::Csum, L::Prefix1])]).predefined().attribute().key("7040"),
    row("420", "420", &[x_to(20)]).attribute().bars("421"),
    row("421", "421", &[n(3).with(&[L::Country]), x_to(9)]).attribute().bars("4307"),
    row("422", "422", &[n(3).with(&[L::Country])]).attribute().needs("01,02,03,8006,8026").bars("426"),
    row(
        "423",
        "423",
        &[
            n(3).with(&[L::Country]),
            n(3).optional().with(&[L::Country]),
            n(3).optional().with(&[L::Country]),
            n(3).optional().with(&[L::Country]),
            n(3).optional().with(&[L::Country]),
        ],
    )
    .attribute()
    .needs("01,02,03")
    .bars("426"),
    row("424", "424", &[n(3).with(&[L::Country])]).attribute().needs("01,02,03").bars("426"),
    row(
        "425",
        "425",
        &[
            n(3).with(&[L::Country]),
            n(3).optional().with(&[L::Country]),
            n(3).optional().with(&[L::Country]),
            n(3).optional().with(&[L::Country]),
            n(3).optional().with(&[L::Country]),
        ],
    )
    .attribute()
    .needs("01,02,03")
    .bars("426"),
    row("426", "426", &[n(3).with(&[L::Country])]).attribute().needs("01,02,03"),
    row("427", "427", &[x_to(3)]).attribute().needs("01+422,02+422,03+422"),
    row("4300", "4300", &[x_to(35).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4301", "4301", &[x_to(35).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4302", "4302", &[x_to(70).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4303", "4303", &[x_to(70).with(&[L::PercentEncoded])]).attribute().needs("4302"),
    row("4304", "4304", &[x_to(70).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4305", "4305", &[x_to(70).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4306", "4306", &[x_to(70).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4307", "4307", &[x(2).with(&[L::CountryLetters])]).attribute().needs("00"),
    row("4308", "4308", &[x_to(30)]).attribute().needs("00"),
    row("4309", "4309", &[n(10).with(&[L::Latitude]), n(10).with(&[L::Longitude])]).attribute().needs("00"),
    row("4310", "4310", &[x_to(35).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4311", "4311", &[x_to(35).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4312", "4312", &[x_to(70).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4313", "4313", &[x_to(70).with(&[L::PercentEncoded])]).attribute().needs("4312"),
    row("4314", "4314", &[x_to(70).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4315", "4315", &[x_to(70).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4316", "4316", &[x_to(70).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4317", "4317", &[x(2).with(&[L::CountryLetters])]).attribute().needs("00"),
    row("4318", "4318", &[x_to(20)]).attribute().needs("00"),
    row("4319", "4319", &[x_to(30)]).attribute().needs("00"),
    row("4320", "4320", &[x_to(35).with(&[L::PercentEncoded])]).attribute().needs("00"),
    row("4321", "4321", &[n(1).with(&[L::YesNo])]).attribute().needs("00"),
    row("4322", "4322", &[n(1).with(&[L::YesNo])]).attribute().needs("00"),
    row("4323", "4323", &[n(1).with(&[L::YesNo])]).attribute().needs("00"),
    row("4324", "4324", &[n(6).with(&[L::Yymmd0]), n(4).with(&[L::Hhmi])]).attribute().needs("00"),
    row("4325", "4325", &[n(6).with(&[L::Yymmd0]), n(4).with(&[L::Hhmi])]).attribute().needs("00"),
    row("4326", "4326", &[n(6).with(&[L::Yymmdd])]).attribute().needs("00"),
    row("4330", "4330", &[n(6), x(1).optional().with(&[L::Hyphen])]).attribute().needs("00").bars("4331"),
    row("4331", "4331", &[n(6), x(1).optional().with(&[L::Hyphen])]).attribute().needs("00").bars("4330"),
    row("4332", "4332", &[n(6), x(1).optional().with(&[L::Hyphen])]).attribute().needs("00").bars("4333"),
    row("4333", "4333", &[n(6), x(1).optional().with(&[L::Hyphen])]).attribute().needs("00").bars("4332"),
    row("7001", "7001", &[n(13)]).attribute().needs("01,02,8006,8026"),
    row("7002", "7002", &[x_to(30)]).attribute().needs("01,02"),
    row("7003", "7003", &[n(6).with(&[L::Yymmdd]), n(4).with(&[L::Hhmi])]).attribute().needs("01,02,03"),
    row("7004", "7004", &[n_to(4)]).attribute().needs("01+10,03+10"),
    row("7005", "7005", &[x_to(12)]).attribute().needs("01,02"),
    row("7006", "7006", &[n(6).with(&[L::Yymmdd])]).attribute().needs("01,02"),
    row("7007", "7007", &[n(6).with(&[L::Yymmdd]), n(6).optional().with(&[L::Yymmdd])])
        .attribute()
        .needs("01,02"),
    row("7008", "7008", &[x_to(3)]).attribute().needs("01,02"),
    row("7009", "7009", &[x_to(10)]).attribute().needs("01,02"),
    row("7010", "7010", &[x_to(2)]).attribute().needs("01,02,03"),
    row("7011", "7011", &[n(6).with(&[L::Yymmdd]), n(4).optional().with(&[L::Hhmi])])
        .attribute()
        .needs("01,02,03"),
    row("7020", "7020", &[x_to(20)]).attribute().needs("01+416,03+416,8006+416"),
    row("7021", "7021", &[x_to(20)]).attribute().needs("01,03,8006"),
    row("7022", "7022", &[x_to(20)]).attribute().needs("01+7021,03+7021,8006+7021"),
    row("7023", "7023", &[x_to(30).with(&[L::Prefix1])]).attribute(),
    row("7030", "7030", &[n(3).with(&[L::CountryOr999]), x_to(27)]).attribute().needs("01,02"),
    row("7031", "7031", &[n(3).with(&[L::CountryOr999]), x_to(27)]).attribute().needs("01,02"),
    row("7032", "7032", &[n(3).with(&[L::CountryOr999]), x_to(27)]).attribute().needs("01,02"),
    row("7033", "7033", &[n(3).with(&[L::CountryOr999]), x_to(27)]).attribute().needs("01,02"),
    row("7034", "7034", &[n(3).with(&[L::CountryOr999]), x_to(27)]).attribute().needs("01,02"),
    row("7035", "7035", &[n(3).with(&[L::CountryOr999]), x_to(27)]).attribute().needs("01,02"),
    row("7036", "7036", &[n(3).with(&[L::CountryOr999]), x_to(27)]).attribute().needs("01,02"),
    row("7037", "7037", &[n(3).with(&[L::CountryOr999]), x_to(27)]).attribute().needs("01,02"),
    row("7038", "7038", &[n(3).with(&[L::CountryOr999]), x_to(27)]).attribute().needs("01,02"),
    row("7039", "7039", &[n(3).with(&[L::CountryOr999]), x_to(27)]).attribute().needs("01,02"),
    row("7040", "7040", &[n(1), x(1), x(1), x(1).with(&[L::ImporterIndex])]),
    row("7041", "7041", &[x_to(4).with(&[L::PackageType])]).needs("00"),
    row("710", "710", &[x_to(20)]).attribute().needs("01"),
    row("711", "711", &[x_to(20)]).attribute().needs("01"),
    row("712", "712", &[x_to(20)]).attribute().needs("01"),
    row("713", "713", &[x_to(20)]).attribute().needs("01"),
    row("714", "714", &[x_to(20)]).attribute().needs("01"),
    row("715", "715", &[x_to(20)]).attribute().needs("01"),
    row("716", "716", &[x_to(20)]).attribute().needs("01"),
    row("717", "717", &[x_to(20)]).attribute().needs("01"),
    row("7230", "7230", &[x(2), x_to(28)]).attribute().needs("01,8004"),
    row("7231", "7231", &[x(2), x_to(28)]).attribute().needs("01,8004"),
    row("7232", "7232", &[x(2), x_to(28)]).attribute().needs("01,8004"),
    row("7233", "7233", &[x(2), x_to(28)]).attribute().needs("01,8004"),
    row("7234", "7234", &[x(2), x_to(28)]).attribute().needs("01,8004"),
    row("7235", "7235", &[x(2), x_to(28)]).attribute().needs("01,8004"),
    row("7236", "7236", &[x(2), x_to(28)]).attribute().needs("01,8004"),
    row("7237", "7237", &[x(2), x_to(28)]).attribute().needs("01,8004"),
    row("7238", "7238", &[x(2), x_to(28)]).attribute().needs("01,8004"),
    row("7239", "7239", &[x(2), x_to(28)]).attribute().needs("01,8004"),
    row("7240", "7240", &[x_to(20)]).attribute().needs("01,8006").bars("03"),
    row("7241", "7241", &[n(2).with(&[L::MediaType])]).attribute().needs("8017,8018"),
    row("7242", "7242", &[x_to(25)]).attribute().needs("8017,8018"),
    row("7250", "7250", &[n(8).with(&[L::Yyyymmdd])]).attribute().needs("8018").bars("7251"),
    row("7251", "7251", &[n(8).with(&[L::Yyyymmdd]), n(4).with(&[L::Hhmi])])
        .attribute()
        .needs("8018")
        .bars("7250"),
    row("7252", "7252", &[n(1).with(&[L::Sex])]).attribute().needs("8018"),
    row("7253", "7253", &[x_to(40).with(&[L::PercentEncoded])])
        .attribute()
        .needs("8017,8018")
        .bars("7256,7259"),
    row("7254", "7254", &[x_to(40).with(&[L::PercentEncoded])])
        .attribute()
        .needs("8017,8018")
        .bars("7256,7259"),
    row("7255", "7255", &[x_to(10)]).attribute().needs("8017,8018").bars("7256,7259"),
    row("7256", "7256", &[x_to(90).with(&[L::PercentEncoded])]).attribute().needs("8017,8018"),
    row("7257", "7257", &[x_to(70).with(&[L::PercentEncoded])]).attribute().needs("8018"),
    row("7258", "7258", &[x(3).with(&[L::PlaceInSequence])]).attribute().needs("8018+7259"),
    row("7259", "7259", &[x_to(40).with(&[L::PercentEncoded])]).attribute().needs("8018").bars("7256"),
    row(
        "8001",
        "8001",
        &[
            n(4).with(&[L::Nonzero]),
            n(5).with(&[L::Nonzero]),
            n(3).with(&[L::Nonzero]),
            n(1).with(&[L::Winding]),
            n(1),
        ],
    )
    .attribute()
    .needs("01"),
    row("8002", "8002", &[x_to(20)]).attribute(),
    row("8003", "8003", &[n(1).with(&[L::Zero]), n(13).with(&[L::Csum, L::Prefix1]), x_to(16).optional()])
        .attribute()
        .key(""),
    row("8004", "8004", &[x_to(30).with(&[L::Prefix1])]).attribute().key("7040"),
    row("8005", "8005", &[n(6)]).attribute().needs("01,02"),
    row("8006", "8006", &[n(14).with(&[L::Csum, L::Prefix2]), n(4).with(&[L::PieceOfTotal])])
        .attribute()
        .bars("01,03,37")
        .key("22,10,21"),
    row("8007", "8007", &[x_to(34).with(&[L::Iban])]).attribute().needs("415"),
    row(
        "8008",
        "8008",
        &[
            n(6).with(&[L::Yymmdd]),
            n(2).with(&[L::Hh]),
            n(2).optional().with(&[L::Mi]),
            n(2).optional().with(&[L::Ss]),
        ],
    )
    .attribute()
    .needs("01,02,03"),
    row("8009", "8009", &[x_to(50)]).attribute().needs("00,01,03"),
    row("8010", "8010", &[y_to(30).with(&[L::Prefix1])]).attribute().key("8011"),
    row("8011", "8011", &[n_to(12).with(&[L::NoZeroPrefix])]).needs("8010"),
    row("8012", "8012", &[x_to(20)]).attribute().needs("01,03,8006"),
    row("8013", "8013", &[x_to(25).with(&[L::CsumAlpha, L::Prefix1])]).attribute().key(""),
    row("8014", "8014", &[x_to(25).with(&[L::CsumAlpha, L::Prefix1, L::HasNonDigit])]).needs("01"),
    row("8017", "8017", &[n(18).with(&[L::Csum, L::Prefix1])]).attribute().bars("8018").key("8019"),
    row("8018", "8018", &[n(18).with(&[L::Csum, L::Prefix1])]).attribute().bars("8017").key("8019"),
    row("8019", "8019", &[n_to(10)]).needs("8017,8018"),
    row("8020", "8020", &[x_to(25)]).needs("415"),
    row("8026", "8026", &[n(14).with(&[L::Csum, L::Prefix2]), n(4).with(&[L::PieceOfTotal])])
        .attribute()
        .needs("37")
        .bars("02,03,8006"),
    row("8030", "8030", &[z_to(90)])
        .attribute()
        .needs("00,01+21,03+21,253,255,8003,8004,8006+21,8010+8011,8017,8018"),
    row("8040", "8040", &[n(15)]).needs("01+21"),
    row("8041", "8041", &[n(15)]).needs("01+21+8040"),
    row("8042", "8042", &[n(32)]).needs("01+21+8040"),
    row("8043", "8043", &[n(18), n_to(2).optional()]).needs("01+21+8040"),
    row("8110", "8110", &[x_to(70).with(&[L::CouponCode])]).attribute(),
    row("8111", "8111", &[n(4)]).attribute().needs("255"),
    row("8112", "8112", &[x_to(70).with(&[L::CouponOffer])]).attribute(),
    row("8200", "8200", &[x_to(70)]).needs("01"),
    row("90", "90", &[x_to(30)]).attribute(),
    row("91", "99", &[x_to(90)]).attribute(),
];
