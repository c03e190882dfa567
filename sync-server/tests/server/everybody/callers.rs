//! Everybody who may call a server: tills, and people's browsers; as they are first, and after some of them lost
//! what they had.

use std::path::Path;
use std::sync::atomic::Ordering;

use axum::body::Bytes;
use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use desk::viewing::{COMES_IN, View};
use domain::entry::Role;
use domain::id::{BranchId, DeviceId, OrganisationId, StaffId};
use domain::permission::{Permission, Verdict};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Request, Response};
use replica::sync::Refusal;
use serde_json::Value;
use sync_server::access::{How, NewSignIn, Who};
use sync_server::server::Server;
use uuid::Uuid;

use crate::browser::{Browser, forbidden, link_for};
use crate::house::{House, Till, code_of, id, patiently};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// What the records and the clock say of the till whose token somebody shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// There is none, or its session is over.
    NoSession,
    /// The branch of its session does not know it.
    Unknown,
    /// It is one of the branch of its session.
    Enrolled,
    /// It was revoked.
    CutOff,
}

/// Somebody who calls. What they have they show at every door.
pub struct Caller {
    pub name: String,
    pub standing: Standing,
    pub token: Vec<u8>,
    /// With what it asks for another session.
    pub till: Option<Till>,
    /// What the books say of who sits at the browser; none where it is not in, or they left.
    pub role: Option<Role>,
    /// Whether they came in just now.
    pub is_fresh: bool,
    /// Where they belong: of other organisations they hear nothing.
    pub home: Option<(OrganisationId, BranchId)>,
    /// One for each question, each of another person, so that no answer is due to the question before.
    cookies: Vec<String>,
    people: Vec<StaffId>,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    /// The code, where it is none.
    pub code: String,
    /// Nothing of a stream.
    pub body: Bytes,
    pub is_stream: bool,
}

impl Caller {
    fn nobody(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            standing: Standing::NoSession,
            token: Vec::new(),
            till: None,
            role: None,
            is_fresh: true,
            home: None,
            cookies: Vec::new(),
            people: Vec::new(),
        }
    }

    fn till(name: &str, standing: Standing, till: Till) -> Self {
        let (token, home) = (till.token().to_vec(), Some((till.organisation, till.branch)));
        Self { standing, token, till: Some(till), home, ..Self::nobody(name) }
    }

    /// The cookie for this question.
    pub fn cookie(&self, no: usize) -> Option<&str> {
        self.cookies.get(no).or(self.cookies.last()).map(String::as_str)
    }

    /// Asks with everything that it has, from a page of the server's.
    pub async fn send(
        &self,
        house: &House,
        (method, path): (Method, &str),
        cookie: Option<&str>,
        body: Vec<u8>,
    ) -> Response<Incoming> {
        let Browser { client, host, origin, .. } = local(house);
        let mut request = Request::builder().method(method).uri(format!("http://{host}{path}"));
        request = request.header("origin", origin.expect("a page"));
        if !self.token.is_empty() {
            let token = format!("Bearer {}", URL_SAFE_NO_PAD.encode(&self.token));
            request = request.header("authorization", token);
        }
        if let Some(cookie) = cookie {
            request = request.header("cookie", cookie);
        }
        client.request(request.body(Full::from(body)).expect("a request")).await.expect("an answer")
    }
}

impl Answer {
    pub async fn of(response: Response<Incoming>) -> Self {
        let status = response.status().as_u16();
        let kind = response.headers().get("content-type").map(|kind| kind.to_str().expect("text").to_owned());
        if kind.as_deref() == Some("text/event-stream") {
            return Self { status, code: String::new(), body: Bytes::new(), is_stream: true };
        }
        let body = response.into_body().collect().await.expect("a body").to_bytes();
        let code = match kind.as_deref() {
            _ if (200..300).contains(&status) => String::new(),
            Some("application/cbor") => Refusal::decode(&body).expect("a refusal").code,
            _ => {
                let refusal: Value = serde_json::from_slice(&body).unwrap_or_default();
                refusal["code"].as_str().unwrap_or_default().to_owned()
            }
        };
        Self { status, code, body, is_stream: false }
    }
}

/// A browser at an address where passkeys work.
fn local(house: &House) -> Browser {
    let host = format!("localhost:{}", house.address.port());
    Browser { origin: Some(format!("http://{host}")), host, ..Browser::new(house) }
}

pub fn may(role: Role, permission: Permission) -> bool {
    permission.verdict(role, 0) == Verdict::Allowed
}

/// Waits until the server's books say what has to come.
async fn until(house: &House, wanted: impl Fn(&Server) -> bool) {
    let server = house.server();
    let mut changes = server.changes.subscribe();
    patiently(async {
        while !wanted(&server) {
            changes.recv().await.expect("it goes on");
        }
    })
    .await;
}

/// A server with two organisations, one of them with two branches, and everybody who calls.
pub struct World {
    pub house: House,
    pub ours: Till,
    pub sister: Till,
    pub foreign: Till,
    /// Its grant is for another organisation than its own.
    pub unwelcome: Till,
    pub callers: Vec<Caller>,
    /// The tills, and the branch of each by the records.
    devices: Vec<(DeviceId, BranchId)>,
    taken_on: u128,
}

impl World {
    /// Before anybody loses anything.
    pub async fn new(folder: &Path) -> Self {
        let house = House::new(&folder.join("server")).await;
        let line = house.line();
        let [elsewhere, far] = ["elsewhere", "far"].map(|name| folder.join(name));
        for folder in [&elsewhere, &far] {
            std::fs::create_dir(folder).expect("a folder");
        }
        let mut ours = Till::founded(folder, 10);
        let mut sister = ours.opens_branch(folder, 20, 3);
        let mut foreign = Till::of_another_organisation(&elsewhere, 30);
        let mut unwelcome = Till::of_another_organisation(&far, 40);
        for till in [&mut ours, &mut sister, &mut foreign] {
            till.opens();
            till.enrols(&house).await;
            till.syncs(&line).await.expect("synced");
        }
        unwelcome.server = ours.server.clone();

        let mut early = ours.invites(folder, 11, 2);
        early.enrols(&house).await;
        early.syncs(&line).await.expect("synced");
        // The sessions of all others last a day longer.
        house.clock.fetch_add(DAY - MINUTE, Ordering::Relaxed);
        for till in [&mut ours, &mut sister, &mut foreign] {
            till.begins_session(&line).await.expect("a session");
        }
        let invited = [
            ours.invites(folder, 12, 3),
            ours.invites(folder, 13, 4),
            ours.invites(folder, 14, 5),
            sister.invites(folder, 21, 2),
            sister.invites(folder, 22, 3),
            foreign.invites(&elsewhere, 31, 2),
        ];
        let [mut member, mut cut_off, mut unknown, mut of_sister, mut astray, mut of_foreign] = invited;
        for till in [&mut member, &mut cut_off, &mut of_sister, &mut astray, &mut of_foreign] {
            till.enrols(&house).await;
            till.syncs(&line).await.expect("synced");
        }
        unknown.enrols(&house).await;
        let all =
            [&ours, &sister, &foreign, &early, &member, &cut_off, &unknown, &of_sister, &astray, &of_foreign];
        let devices = all.map(|till| (till.secrets.device, till.branch)).to_vec();
        astray.branch = ours.branch;
        astray.begins_session(&line).await.expect("a session");

        let mut made_up = Caller::nobody("a made-up token and cookie");
        made_up.token = vec![0; 128];
        made_up.cookies = vec![format!("pharmatill_viewer={}", URL_SAFE_NO_PAD.encode([0; 32]))];
        let callers = vec![
            Caller::nobody("nobody"),
            made_up,
            Caller::till("a till whose session ends", Standing::Enrolled, early),
            Caller::till("a till of the branch", Standing::Enrolled, member),
            Caller::till("a till that is cut off", Standing::Enrolled, cut_off),
            Caller::till("a till that no record knows", Standing::Unknown, unknown),
            Caller::till("a till of another branch", Standing::Enrolled, of_sister),
            Caller::till("a till of another branch that asks in this one", Standing::Unknown, astray),
            Caller::till("a till of another organisation", Standing::Enrolled, of_foreign),
        ];
        let mut world = Self { house, ours, sister, foreign, unwelcome, callers, devices, taken_on: 0 };
        world.people_come().await;
        world
    }

    fn position(&self, name: &str) -> usize {
        self.callers.iter().position(|caller| caller.name == name).expect("a caller")
    }

    /// People of each kind, as many as there are questions, let in by a till where the table lets them.
    async fn people_come(&mut self) {
        let manager = Role::Manager;
        let mut kinds: Vec<(String, Role)> =
            Role::ALL.iter().map(|role| (format!("a browser of {}", role.code()), *role)).collect();
        let others = ["that leaves", "that gets another role", "that signs out", "whose till is cut off"];
        kinds.extend(others.map(|what| (format!("a browser of somebody {what}"), manager)));
        kinds.push(("a browser that came in by another branch".to_owned(), manager));
        kinds.push(("a browser that came in a while ago".to_owned(), manager));
        kinds.push(("a browser of another organisation".to_owned(), manager));
        let mut comers = Vec::new();
        for (name, role) in kinds {
            let mut caller = Caller { role: Some(role), ..Caller::nobody(&name) };
            let is_foreign = name.ends_with("another organisation");
            let at = if is_foreign { &mut self.foreign } else { &mut self.ours };
            // For each view, for a command that is none, and for a stream that is open while things change.
            for _ in 0..View::ALL.len() + 2 {
                self.taken_on += 1;
                let person = StaffId(id(0x9e0_0000 + self.taken_on));
                at.takes_on(person, &format!("Person {}", self.taken_on), role);
                caller.people.push(person);
            }
            comers.push(caller);
        }
        let line = self.house.line();
        self.ours.tells_all(&line).await;
        self.foreign.tells_all(&line).await;
        let all: Vec<StaffId> = comers.iter().flat_map(|caller| caller.people.iter().copied()).collect();
        until(&self.house, |server| {
            let of_branches = server.branches();
            let known = |person: &StaffId| {
                let branches = of_branches.iter();
                branches.filter(|branch| branch.people().iter().any(|one| one.staff == *person)).count()
            };
            let foreign = comers.last().map_or(&[][..], |caller| &caller.people[..]);
            all.iter().all(|person| known(person) >= if foreign.contains(person) { 1 } else { 2 })
        })
        .await;
        for mut caller in comers {
            self.let_in(&mut caller).await;
            self.callers.push(caller);
        }
    }

    /// Gives a cookie to each person of a kind.
    async fn let_in(&self, caller: &mut Caller) {
        let till = match caller.name.as_str() {
            name if name.ends_with("another branch") => &self.sister,
            name if name.ends_with("another organisation") => &self.foreign,
            name if name.ends_with("whose till is cut off") => {
                self.callers[self.position("a till that is cut off")].till.as_ref().expect("a till")
            }
            _ => &self.ours,
        };
        let role = caller.role.expect("a role");
        caller.home = Some((till.organisation, till.branch));
        caller.is_fresh = !caller.name.ends_with("a while ago");
        let is_let_in = may(role, COMES_IN);
        for person in &caller.people {
            if !caller.is_fresh {
                caller.cookies.push(self.cookie_without_link(till, *person, 15));
                continue;
            }
            let link = link_for(till, &self.house, *person).await;
            assert_eq!(link.is_ok(), is_let_in, "{}", caller.name);
            let Ok(link) = link else {
                assert_eq!(code_of(link), forbidden("view_not_allowed"), "{}", caller.name);
                caller.cookies.push(self.cookie_without_link(till, *person, 0));
                continue;
            };
            let mut browser = local(&self.house);
            browser.enters(&link).await.expect("in");
            caller.cookies.push(browser.cookie.expect("a cookie"));
        }
    }

    /// A cookie as if somebody had come in by a passphrase so many minutes ago, whatever they may.
    fn cookie_without_link(&self, till: &Till, staff: StaffId, minutes: i64) -> String {
        let token = replica::record::hash(staff.as_bytes()).0;
        let new = NewSignIn { token: replica::record::hash(&token), id: *staff.as_bytes() };
        let who = Who { organisation: till.organisation, staff };
        let began_ms = self.house.now() - minutes * MINUTE;
        let server = self.house.server();
        server.access.enter(&new, who, How::Passphrase, began_ms).expect("kept");
        format!("pharmatill_viewer={}", URL_SAFE_NO_PAD.encode(token))
    }

    /// Sessions end, people leave, get another role and sign out, a till is cut off.
    pub async fn change(&mut self) {
        let line = self.house.line();
        self.house.clock.fetch_add(MINUTE, Ordering::Relaxed);
        let early = self.position("a till whose session ends");
        self.callers[early].standing = Standing::NoSession;

        let leaving = self.position("a browser of somebody that leaves");
        let lowered = self.position("a browser of somebody that gets another role");
        self.callers[leaving].role = None;
        self.callers[lowered].role = Some(Role::Pharmacist);
        for person in &self.callers[leaving].people {
            self.ours.lets_go(*person);
        }
        for person in &self.callers[lowered].people {
            self.ours.gives_role(*person, Role::Pharmacist);
        }
        let out = self.position("a browser of somebody that signs out");
        self.callers[out].role = None;
        for cookie in &self.callers[out].cookies {
            let ask = (Method::POST, "/api/sign_out");
            let signed_out = self.callers[out].send(&self.house, ask, Some(cookie), b"{}".into()).await;
            assert_eq!(signed_out.status(), 200);
        }
        let cut_off = self.position("a till that is cut off");
        self.callers[cut_off].standing = Standing::CutOff;
        self.ours.revokes(self.callers[cut_off].till.as_ref().expect("a till"));
        let by_it = self.position("a browser of somebody whose till is cut off");
        self.callers[by_it].role = None;
        self.ours.tells_all(&line).await;

        let organisation = self.ours.organisation;
        let changed: Vec<StaffId> =
            [leaving, lowered].iter().flat_map(|no| self.callers[*no].people.clone()).collect();
        until(&self.house, |server| {
            let may_look = |staff: &StaffId| {
                server.person_who_may(Who { organisation, staff: *staff }, COMES_IN).is_some()
            };
            !changed.iter().any(may_look)
        })
        .await;
    }

    /// Something is sold in each branch, and each organisation opens another one. Gives the new ones.
    pub async fn goes_on(&mut self, folder: &Path) -> [BranchId; 2] {
        let line = self.house.line();
        for till in [&mut self.ours, &mut self.sister, &mut self.foreign] {
            till.sells(20);
            till.syncs(&line).await.expect("synced");
        }
        let mut new = [
            self.ours.opens_branch(folder, 50, 9),
            self.foreign.opens_branch(&folder.join("elsewhere"), 51, 92),
        ];
        for till in [&mut self.ours, &mut self.foreign].into_iter().chain(&mut new) {
            till.enrols(&self.house).await;
            till.syncs(&line).await.expect("synced");
        }
        let branches = new.each_ref().map(|till| till.branch);
        self.devices.extend(new.map(|till| (till.secrets.device, till.branch)));
        branches
    }

    /// Ids of all other branches, and of their tills.
    pub fn ids_beside(&self, branch: BranchId) -> Vec<Uuid> {
        let others = self.devices.iter().filter(|(_, of)| *of != branch);
        others.flat_map(|(device, of)| [device.0, of.0]).collect()
    }

    /// Whose a branch is.
    pub fn organisation_of(&self, branch: BranchId) -> Option<OrganisationId> {
        self.house.server().branch(branch).map(|branch| branch.known().organisation)
    }

    /// Ids that somebody of this organisation, or of none, is not to read in any answer.
    pub fn hidden_from(&self, organisation: Option<OrganisationId>) -> Vec<Uuid> {
        let others = [&self.ours, &self.foreign].map(|till| till.organisation).into_iter();
        let others = others.filter(|other| Some(*other) != organisation);
        let of_others = |other: OrganisationId| {
            let devices = self.devices.iter();
            let theirs = devices.filter(move |(_, branch)| self.organisation_of(*branch) == Some(other));
            theirs.flat_map(|(device, branch)| [device.0, branch.0]).chain([other.0])
        };
        others.flat_map(of_others).collect()
    }

    /// The branch to which a till belongs by the records.
    pub fn branch_of(&self, device: DeviceId) -> Option<BranchId> {
        self.devices.iter().find(|(known, _)| *known == device).map(|(_, branch)| *branch)
    }
}
