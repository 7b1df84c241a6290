import ArgumentParser
import Mesh
import MeshProtocol

/// `skein profile`: what this launch says of itself beside its summary.
struct ProfileVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Set what this launch says of itself.",
        discussion: "What is not given stays; an empty word takes it away.")
    static let takesWords = false

    @Option(name: .long, help: "A title, as lead reviewer.")
    var title: String?
    @Option(name: .long, help: "A few sentences.")
    var bio: String?
    @Option(name: .long, help: "A sign or the address of a picture.")
    var avatar: String?
    @Option(name: .long, help: "What it can do, for example swift,review.")
    var capabilities: String?
    @OptionGroup var mesh: MeshOptions

    func perform() async throws(SkeinError) -> MeshProtocol.ExitCode {
        let profile = PeerProfile(
            avatar: avatar, title: title, bio: bio,
            capabilities: capabilities?.split(separator: ",").map { String($0) })
        guard !profile.isEmpty else {
            throw SkeinError(
                .arguments, "There is nothing to set",
                hint: "Give --title, --bio, --avatar or --capabilities")
        }
        try await OwnPresence.change(
            .request(SetProfile(profile: profile)), mesh, what: "profile")
        try Output.report("profile", profile, mesh.common) {
            () throws(SkeinError) in "Your peers see it."
        }
        return .ok
    }
}
