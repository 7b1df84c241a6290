/// The bytes a machine of an account signs with its member key when it becomes a member.
public enum AccountJoinBytes {
    /// `mesh` is the mesh's id; where the mesh is yet to be made, the owner's key, which is all
    /// there is of it. The timestamp is in milliseconds since 1970.
    public static func canonical(
        mesh: String, account: String, memberKey: String, timestamp: Int64
    ) -> [UInt8] {
        Array("skein-account-join|\(mesh)|\(account)|\(memberKey)|\(timestamp)".utf8)
    }
}
