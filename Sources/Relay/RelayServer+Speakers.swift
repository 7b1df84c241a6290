import Home
import Mesh
import MeshCrypto
import MeshProtocol

extension RelayServer {
    /// Who speaks on a connection. A launch proves itself by its token; a program that shows none
    /// is the launch's all the same where the launch's process is among its ancestors, so that an
    /// agent does not become the person by clearing its environment.
    func speaker(
        proof: LaunchProof?, process: Int32?
    ) throws(SkeinError) -> Asker.Speaker {
        if let proof {
            var secrets = launches[proof.id]?.secrets
            if secrets == nil { secrets = try home.launchSecrets(launch: proof.id) }
            guard let secrets,
                ConstantTime.areEqual(secrets.token, proof.token)
            else {
                throw SkeinError(
                    .forbidden, "the launch's token is not known to this relay",
                    hint: "Start the launch again with skein")
            }
            return .launch(proof.id)
        }
        guard let process, !launches.isEmpty else { return .person }
        let byProcess = Dictionary(
            launches.values.map { ($0.record.pid, $0.record) }, uniquingKeysWith: { first, _ in first })
        for ancestor in RunningProcess.ancestry(of: process) {
            guard let record = byProcess[ancestor.pid], record.processStart == ancestor.start else {
                continue
            }
            return .launch(record.id)
        }
        return .person
    }
}
