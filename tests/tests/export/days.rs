//! Days with everything in them that moves money.

/// Two tills of one branch over four days; `COUNTRY` stands for where they are.
pub const SHOP: &str = r#"
pharmacy "Apotheke am Markt" COUNTRY
staff Anna owner
staff "=Ben" pharmacist
date 2026-03-02
clock 07:55
sign in Anna
product 2100000000012 "Ibuprofen 400 mg" "20 pieces" 4.97 standard
product 2100000000029 "Nasal spray" "10 ml" 3.49 standard
product 2100000000043 "Fennel tea" "20 bags" 2.93 reduced
customer "Haus Lindenhof"
clock 08:00
open 200.00
scan 2100000000012
tender cash 10.00
scan 2100000000012
quantity 3
scan 2100000000043
discount 10 %
tender card exact ref 4711
scan 2100000000029
tender voucher 2.00
tender cash exact
scan 2100000000043
quantity 5
tender on account "Haus Lindenhof"
sign in "=Ben"
scan 2100000000029
quantity 2
tender cash exact
scan 2100000000012
tender cash exact
settle "Haus Lindenhof" cash 5.00
settle "Haus Lindenhof" card 2.00
refund 2 line 1 quantity 2 reason damaged
tender cash exact
unlinked refund "Fennel" price 2.90 reason damaged
tender cash exact
scan 2100000000029
scan 2100000000012
void line 1
void basket
no sale give_change
paid in 50.00 change_from_bank note "rolls of coins"
paid out 4.50 postage
drop 100.00 too_much_cash
accept
top up 30.00 change_needed
accept
correct tender 5 card ref 4712
clock 18:00
card total 20.00
voucher total 2.00
count 170.00
count 171.50 recount miscounted
close reason missing_slip leave 100.00
date 2026-03-03
clock 08:00
sign in Anna
open 120.00
# What was cash yesterday was card.
correct tender 6 card ref 4713
scan 2100000000043
quantity 7
tender cash exact
paid out 3.00 office
clock 18:00
count 137.00
close reason unknown leave 120.00
# What is written between two sessions belongs to the next Z.
customer "Praxis Nord"
date 2026-03-04
clock 08:00
open 120.00
till 2
sign in "=Ben"
open 80.00
scan 2100000000012
quantity 2
tender cash 20.00
scan 2100000000043
tender card exact ref 4714
hear
clock 18:00
count 90.00
close reason unknown leave 70.00
till 1
sign in Anna
scan 2100000000029
tender cash exact
clock 18:30
count 123.00
close reason unknown
date 2026-03-05
clock 08:00
open 120.00
till 2
sign in "=Ben"
open 70.00
scan 2100000000029
tender cash exact
hear
till 1
sign in Anna
scan 2100000000012
tender cash exact
# Handed over with some cents missing.
clock 12:00
count 124.50
hand over to "=Ben" reason unknown
scan 2100000000029
tender cash exact
put away
# A drawer of its own for an hour, counted after it was put away.
sign in Anna
open 50.00 in A
scan 2100000000043
tender cash exact
put away uncounted
count drawer A 52.00
close drawer A reason unknown
# The drawer of the other till, which counts and closes it too.
count drawer 2 73.00
close drawer 2 reason unknown
take drawer 1
clock 18:00
sign in "=Ben"
count 128.00
close reason unknown leave 100.00
till 2
sign in "=Ben"
count 72.00
close reason unknown leave 70.00
hear
verify
"#;

/// The day after a manager said which of two closes counts.
pub const DAY_AFTER: &str = r#"
date 2026-03-06
clock 08:00
sign in Anna
open 100.00
scan 2100000000012
tender cash exact
clock 18:00
count 105.00
close reason unknown
verify
"#;
