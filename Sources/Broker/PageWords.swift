/// Every text of the pages in one language. A language is one value of this type, in a file of its
/// own: one that lacks a text does not compile.
struct PageWords: Sendable {
    /// As HTML and `Accept-Language` write it.
    var code: String
    /// The language's own name for itself.
    var language: String

    var signIn: String
    var signOut: String
    var register: String
    var email: String
    var password: String
    var passwordRule: String
    var yourName: String
    var inviteToken: String
    var haveAccount: String
    var noAccount: String
    var registrationIsClosed: String
    var registrationWantsInvite: String
    var toApprove: String

    var wrongPassword: String
    var badEmail: String
    var shortPassword: String
    var longPassword: String
    var emailTaken: String
    var badInvite: String

    var enterCode: String
    var enterCodeHint: String
    var code8: String
    var goOn: String
    var unknownCode: String
    var approveTitle: String
    var compareCode: String
    var device: String
    var system: String
    var address: String
    var asked: String
    var askedSecondsAgo: @Sendable (Int64) -> String
    var askedMinutesAgo: @Sendable (Int64) -> String
    var signedInAs: @Sendable (String) -> String
    var approveWarning: String
    var approve: String
    var deny: String
    var unnamed: String
    var approved: String
    var approvedHint: String
    var denied: String
    var deniedHint: String
    var tooLate: String

    var account: String
    var devices: String
    var tokens: String
    var noDevices: String
    var noTokens: String
    var meshes: String
    var noMeshes: String
    var membersCount: @Sendable (Int) -> String
    var owner: String
    var archived: String
    var lastUsed: @Sendable (String) -> String
    var neverUsed: String
    var expires: @Sendable (String) -> String
    var revoke: String
    var revokeHint: String

    var notFromHere: String
    var notFromHereHint: String
    var tooMany: String
    var tooManyHint: String
    var trouble: String
    var troubleHint: String
    var busy: String
    var back: String

    static let all = [english, spanish]
}
