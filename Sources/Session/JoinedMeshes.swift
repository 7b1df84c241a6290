import Mesh
import MeshProtocol

extension [Membership] {
    /// The mesh a verb or a screen means: the one named, the launch's own inside a launch, else the
    /// one used last. The meshes are in that order.
    public func meant(
        by name: String?, launchMesh: String?
    ) throws(SkeinError) -> Membership {
        if let wanted = name ?? launchMesh.flatMap({ $0.isEmpty ? nil : $0 }) {
            return try called(wanted)
        }
        guard let recent = first else {
            throw SkeinError(
                .meshNotFound, "No mesh is joined on this machine yet",
                hint: "Run skein to create one")
        }
        return recent
    }

    /// The one that a person calls so: by slug, name or id.
    public func called(_ name: String) throws(SkeinError) -> Membership {
        let match = first { $0.slug == name || $0.name == name || $0.mesh.rawValue == name }
        if let match { return match }
        let nearest = nearest(to: name)
        throw SkeinError(
            .meshNotFound,
            "No mesh called “\(SessionState.visible(name))” is joined on this machine",
            hint: nearest.isEmpty
                ? "Create it with --new-mesh \(Slug.from(name) ?? "NAME")"
                : "Joined meshes: \(nearest.joined(separator: ", "))",
            subject: name)
    }

    /// The slugs, most alike first.
    public func nearest(to name: String) -> [String] {
        map(\.slug).sorted { left, right in
            let distances = (
                EditDistance.between(left, name), EditDistance.between(right, name)
            )
            return distances.0 == distances.1 ? left < right : distances.0 < distances.1
        }
    }

    /// A name for a new mesh, without white space around it, that no joined one has.
    public func freeName(_ name: String) throws(SkeinError) -> String {
        let checked = try SessionState.checkText(name, what: "mesh name")
        guard let slug = Slug.from(checked) else {
            throw SkeinError(
                .badName, "A mesh name needs a letter or a digit", hint: "For example: payments")
        }
        if contains(where: { $0.slug == slug }) {
            throw SkeinError(
                .meshExists, "A mesh called “\(slug)” exists already",
                hint: "Use it with --mesh \(slug), or choose another name")
        }
        return checked
    }
}

extension SessionState {
    /// A name as it is kept; `what` is told where it is none.
    public static func name(_ text: String, of what: String) throws(SkeinError) -> String {
        try checkText(text, what: what)
    }
}
