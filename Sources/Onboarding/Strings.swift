import Mesh
import Session
import Text

/// Every word the wizard says, in one place.
enum Strings {
    static let signInWithBrowser = "Sign in with a browser"
    static let pasteToken = "Paste an access token"
    static func at(_ server: String) -> String { "at \(server)" }
    static func ofAccount(_ mesh: MeshOfAccount) -> String {
        let members = mesh.members.map { $0 == 1 ? "1 member" : "\($0) members" }
        return ["of your account, joined with Launch", mesh.permission.rawValue, members]
            .compactMap { $0 }.joined(separator: ", ")
    }
    static func accountValue(_ account: Account) -> String {
        switch account {
        case .thisMachine: thisMachineValue
        case .signedIn(let account): "\(account.title) at \(account.place)"
        }
    }
    static let joinedWithLaunch = "joined with Launch"
    static let serverTitle = "Which broker?"
    static let serverBody = "The address of the broker your account is at."
    static let serverPlaceholder = "https://broker.example"
    static let tokenTitle = "Access token"
    static func tokenBody(_ server: String) -> String {
        "Paste a token of your account at \(safe(server, limit: 80)). It is not shown."
    }
    static let tokenPlaceholder = "sk_pat_…"
    static let noToken = "that is no token: copy it again, whole"
    static let noServer = "an address begins with https://"
    static let signInTitle = "Sign in"
    static let openPage = "Open this page on any machine:"
    static let approveCode = "and approve this code there:"
    static func askingFor(_ server: String) -> String {
        "Asking \(safe(server, limit: 80)) for a code…"
    }
    static func checkingToken(_ server: String) -> String {
        "Asking \(safe(server, limit: 80)) whose token it is…"
    }
    static func waiting(_ seconds: Int) -> String {
        let rest = seconds % 60
        return "Waiting for you, \(seconds / 60):\(rest < 10 ? "0" : "")\(rest) left"
    }
    static func said(_ said: SignInState.Said) -> String {
        switch said {
        case .copied: "The address was handed to the terminal's clipboard"
        case .notCopied: "This terminal takes nothing into a clipboard"
        case .opened: "A browser was asked to open it"
        case .notOpened: "There is no browser here: open the address elsewhere"
        }
    }
    static let copyAddress = "Copy the address"
    static let openAgain = "Open again"
    static let cancel = "Cancel"
    static let expiredTitle = "Signed out"
    static let expiredBody = "The broker does not accept the account's token any more."
    static let signInAgain = "Sign in again"
    static let notNow = "Not now"
    static let notNowDetail = "the meshes of this machine are there all the same"
    static let product = "skein"
    static let flowTitle = "launch"
    static let promise = [
        "Skein puts your coding agents on one mesh: they see each other,",
        "and you see them all.",
    ]
    static let directory = "Directory"
    static let account = "Account"
    static let mesh = "Mesh"
    static let name = "Name"
    static let role = "Role"
    static let groups = "Groups"
    static let agent = "Agent"
    static let command = "Command"
    static let agentsFound = "Agents"
    static let meshesJoined = "Meshes"

    static let continueOn = "Continue"
    static let thisMachineOnly = "This machine only"
    static let thisMachineOnlyDetail = "a mesh in this machine; no account, no network"
    static let thisMachineValue = "this machine only"
    static func createMesh(_ name: String) -> String { "Create “\(safe(name, limit: 40))”" }
    static let createMeshDetail = "a new mesh, named after this directory"
    static let typeAnotherName = "(type another name)"
    static let typeToFilterOrCreate = "(type to filter, or to name a new mesh)"
    static let typeAnother = "(type another)"
    static let typeACommand = "(type any command)"
    static func ownRole(_ role: String) -> String { "“\(safe(role, limit: 40))”" }
    static func runCommand(_ word: String) -> String { "Run “\(safe(word, limit: 40))”" }
    static let notOnPath = "not on PATH"
    static let launch = "Launch"
    static func change(_ what: String) -> String { "Change \(what.lowercased())…" }
    static func peersOnline(_ count: Int) -> String {
        count == 1 ? "1 peer online" : "\(count) peers online"
    }
    static func newMesh(_ name: String) -> String { "\(safe(name, limit: 40)) (new)" }
    static let none = "none"
    static let noAgents = "none of those Skein knows; any command will do"
    static let noMeshes = "none yet"
    static let noAccount = "none yet"
    static let pickOne = "pick one"
    static let typeOne = "type it"

    static let welcomeTitle = "Welcome"
    static let accountQuestion = "Who are you to your meshes?"
    static let meshQuestion = "Which mesh does this agent join?"
    static let nameQuestion = "What do other peers call it?"
    static let namePlaceholder = "a name, for example dev-1"
    static let roleQuestion = "What does it do here?"
    static let groupsQuestion = "Which groups is it in? (optional)"
    static let groupsPlaceholder = "for example backend, api:lead"
    static let agentQuestion = "Which agent takes the terminal?"
    static let confirmQuestion = "Ready"
    static func question(_ name: QuestionName) -> String {
        switch name {
        case .welcome: welcomeTitle
        case .account: accountQuestion
        case .mesh: meshQuestion
        case .name: nameQuestion
        case .role: roleQuestion
        case .groups: groupsQuestion
        case .agent: agentQuestion
        case .confirm: confirmQuestion
        }
    }
    static func starting(_ agent: String) -> String { "Starting \(safe(agent, limit: 40))…" }
    static func progress(_ step: Int, _ of: Int) -> String { "step \(step) of \(of)" }
    static let nothingBefore = "This is the first step; ^C leaves"

    static let disconnectTitle = "The broker does not answer"
    static func nextTry(_ seconds: Int) -> String { "Next try in \(seconds) s" }
    static let tryNow = "Try now"
    static let workOffline = "Work offline"
    static let workOfflineDetail = "the agent starts; its mesh sees it as soon as it can"
    static let backToFlow = "Back"
    static let meshNotFoundTitle = "No such mesh"
    static func meshNotFound(_ name: String) -> String {
        "“\(safe(name, limit: 40))” is not joined on this machine. The nearest names:"
    }
    static let chooseAnother = "Choose another"
    static let agentMissingTitle = "Agent not found"
    static func agentMissing(_ word: String) -> String {
        "“\(safe(word, limit: 40))” is not on PATH."
    }
    static func useInstead(_ title: String) -> String { "Use \(safe(title, limit: 40))" }
    static let failureTitle = "That did not work"
    static let helpTitle = "Keys"
    static let close = "Close"
    static let quitTitle = "Leave?"
    static let quitBody = "What was typed can be kept for the next time."
    static let keep = "Keep"
    static let keepDetail = "leave; the next run starts from here"
    static let discard = "Discard"
    static let discardDetail = "leave, and forget what was typed"
    static let stay = "Stay"

    /// Text from elsewhere, made safe to stand in a sentence.
    static func safe(_ text: String, limit: Int) -> String {
        SafeText.visible(text, limit: limit)
    }
}
