import Mesh
import Session
import Text
import Wording

/// Every word the wizard says, in one place.
enum Strings {
    static var signInWithBrowser: String { translated("Sign in with a browser") }
    static var pasteToken: String { translated("Paste an access token") }
    static func at(_ server: String) -> String { translated("at {1}", server) }
    static func ofAccount(_ mesh: MeshOfAccount) -> String {
        let members = mesh.members.map { $0 == 1 ? translated("1 member") : translated("{1} members", $0) }
        return [translated("of your account, joined with Launch"), mesh.permission.rawValue, members]
            .compactMap { $0 }.joined(separator: ", ")
    }
    static func accountValue(_ account: Account) -> String {
        switch account {
        case .thisMachine: thisMachineValue
        case .signedIn(let account): translated("{1} at {2}", account.title, account.place)
        }
    }
    static var joinedWithLaunch: String { translated("joined with Launch") }
    static var serverTitle: String { translated("Which broker?") }
    static var serverBody: String { translated("The address of the broker your account is at.") }
    static let serverPlaceholder = "https://broker.example"
    static var tokenTitle: String { translated("Access token") }
    static func tokenBody(_ server: String) -> String {
        translated("Paste a token of your account at {1}. It is not shown.", safe(server, limit: 80))
    }
    static let tokenPlaceholder = "sk_pat_…"
    static var noToken: String { translated("that is no token: copy it again, whole") }
    static var noServer: String { translated("an address begins with https://") }
    static var signInTitle: String { translated("Sign in") }
    static var openPage: String { translated("Open this page on any machine:") }
    static var approveCode: String { translated("and approve this code there:") }
    static func askingFor(_ server: String) -> String {
        translated("Asking {1} for a code…", safe(server, limit: 80))
    }
    static func checkingToken(_ server: String) -> String {
        translated("Asking {1} whose token it is…", safe(server, limit: 80))
    }
    static func waiting(_ seconds: Int) -> String {
        let rest = seconds % 60
        return translated("Waiting for you, {1}:{2}{3} left", seconds / 60, rest < 10 ? "0" : "", rest)
    }
    static func said(_ said: SignInState.Said) -> String {
        switch said {
        case .copied: translated("The address was handed to the terminal's clipboard")
        case .notCopied: translated("This terminal takes nothing into a clipboard")
        case .opened: translated("A browser was asked to open it")
        case .notOpened: translated("There is no browser here: open the address elsewhere")
        }
    }
    static var copyAddress: String { translated("Copy the address") }
    static var openAgain: String { translated("Open again") }
    static var cancel: String { translated("Cancel") }
    static var expiredTitle: String { translated("Signed out") }
    static var expiredBody: String { translated("The broker does not accept the account's token any more.") }
    static var signInAgain: String { translated("Sign in again") }
    static var notNow: String { translated("Not now") }
    static var notNowDetail: String { translated("the meshes of this machine are there all the same") }
    static let product = "skein"
    static let flowTitle = "launch"
    static var promise: [String] {
        [
        translated("Skein puts your coding agents on one mesh: they see each other,"),
        translated("and you see them all."),
        ]
    }
    static var directory: String { translated("Directory") }
    static var account: String { translated("Account") }
    static var mesh: String { translated("Mesh") }
    static var name: String { translated("Name") }
    static var role: String { translated("Role") }
    static var groups: String { translated("Groups") }
    static var agent: String { translated("Agent") }
    static var command: String { translated("Command") }
    static var agentsFound: String { translated("Agents") }
    static var meshesJoined: String { translated("Meshes") }

    static var continueOn: String { translated("Continue") }
    static var thisMachineOnly: String { translated("This machine only") }
    static var thisMachineOnlyDetail: String { translated("a mesh in this machine; no account, no network") }
    static var thisMachineValue: String { translated("this machine only") }
    static func createMesh(_ name: String) -> String { translated("Create “{1}”", safe(name, limit: 40)) }
    static var createMeshDetail: String { translated("a new mesh, named after this directory") }
    static var typeAnotherName: String { translated("(type another name)") }
    static var typeToFilterOrCreate: String { translated("(type to filter, or to name a new mesh)") }
    static var typeAnother: String { translated("(type another)") }
    static var typeACommand: String { translated("(type any command)") }
    static func ownRole(_ role: String) -> String { "“\(safe(role, limit: 40))”" }
    static func runCommand(_ word: String) -> String { translated("Run “{1}”", safe(word, limit: 40)) }
    static var notOnPath: String { translated("not on PATH") }
    static var launch: String { translated("Launch") }
    static func change(_ what: String) -> String { translated("Change {1}…", what.lowercased()) }
    static func peersOnline(_ count: Int) -> String {
        count == 1 ? translated("1 peer online") : translated("{1} peers online", count)
    }
    static func newMesh(_ name: String) -> String { translated("{1} (new)", safe(name, limit: 40)) }
    static var none: String { translated("none") }
    static var noAgents: String { translated("none of those Skein knows; any command will do") }
    static var noMeshes: String { translated("none yet") }
    static var noAccount: String { translated("none yet") }
    static var pickOne: String { translated("pick one") }
    static var typeOne: String { translated("type it") }

    static var welcomeTitle: String { translated("Welcome") }
    static var accountQuestion: String { translated("Who are you to your meshes?") }
    static var meshQuestion: String { translated("Which mesh does this agent join?") }
    static var nameQuestion: String { translated("What do other peers call it?") }
    static var namePlaceholder: String { translated("a name, for example dev-1") }
    static var roleQuestion: String { translated("What does it do here?") }
    static var groupsQuestion: String { translated("Which groups is it in? (optional)") }
    static var groupsPlaceholder: String { translated("for example backend, api:lead") }
    static var agentQuestion: String { translated("Which agent takes the terminal?") }
    static var confirmQuestion: String { translated("Ready") }
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
    static func starting(_ agent: String) -> String { translated("Starting {1}…", safe(agent, limit: 40)) }
    static func progress(_ step: Int, _ of: Int) -> String { translated("step {1} of {2}", step, of) }
    static var nothingBefore: String { translated("This is the first step; ^C leaves") }

    static var disconnectTitle: String { translated("The broker does not answer") }
    static func nextTry(_ seconds: Int) -> String { translated("Next try in {1} s", seconds) }
    static var tryNow: String { translated("Try now") }
    static var workOffline: String { translated("Work offline") }
    static var workOfflineDetail: String { translated("the agent starts; its mesh sees it as soon as it can") }
    static var backToFlow: String { translated("Back") }
    static var meshNotFoundTitle: String { translated("No such mesh") }
    static func meshNotFound(_ name: String) -> String {
        translated("“{1}” is not joined on this machine. The nearest names:", safe(name, limit: 40))
    }
    static var chooseAnother: String { translated("Choose another") }
    static var agentMissingTitle: String { translated("Agent not found") }
    static func agentMissing(_ word: String) -> String {
        translated("“{1}” is not on PATH.", safe(word, limit: 40))
    }
    static func useInstead(_ title: String) -> String { translated("Use {1}", safe(title, limit: 40)) }
    static var failureTitle: String { translated("That did not work") }
    static var helpTitle: String { translated("Keys") }
    static var close: String { translated("Close") }
    static var quitTitle: String { translated("Leave?") }
    static var quitBody: String { translated("What was typed can be kept for the next time.") }
    static var keep: String { translated("Keep") }
    static var keepDetail: String { translated("leave; the next run starts from here") }
    static var discard: String { translated("Discard") }
    static var discardDetail: String { translated("leave, and forget what was typed") }
    static var stay: String { translated("Stay") }

    /// Text from elsewhere, made safe to stand in a sentence.
    static func safe(_ text: String, limit: Int) -> String {
        SafeText.visible(text, limit: limit)
    }
}
