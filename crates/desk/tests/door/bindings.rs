//! The TypeScript that the ui reads has every command and every type that a command carries.

#[test]
fn every_type_that_is_named_stands_in_the_file() {
    let files = desk::bindings();
    let [(name, text)] = files.as_slice() else { panic!("one file is expected") };
    assert_eq!(name, "Commands.ts");
    for (command, _) in desk::COMMANDS {
        assert!(text.contains(&format!("\n  {command}: {{ args: ")), "{command}");
    }
    let words: std::collections::BTreeSet<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with(['*', '/']))
        .flat_map(|line| line.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.len() > 1 && word.starts_with(|c: char| c.is_uppercase()))
        .collect();
    for word in words {
        let is_known = ["Array", "Record", "Commands", "Views"].contains(&word);
        assert!(
            is_known || text.contains(&format!("export type {word} = ")),
            "{word} is named and not there"
        );
    }
    assert!(!text.contains("bigint"), "amounts are numbers");
}
