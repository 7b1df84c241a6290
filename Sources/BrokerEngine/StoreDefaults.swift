import Mesh

// What a store can answer by reading more than it needs to. One that is asked often does better.

extension MeshRecords {
    public func mesh(_ id: MeshID) throws -> BrokerMesh? {
        try meshes().first { $0.id == id }
    }

    public func member(_ id: MemberID) throws -> BrokerMember? {
        try members().first { $0.id == id }
    }

    public func savedPresences() throws -> [SavedPresence] {
        try members().compactMap { try savedPresence(of: $0.id) }
    }
}

extension SharedRecords {
    public func stateKeys(in mesh: MeshID) throws -> [String] {
        try states(in: mesh).map(\.key)
    }
}
