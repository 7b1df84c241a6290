import Mesh
import Widgets

/// How the peers of a mesh are looked at: what is remembered of it from one run to the next. Words
/// that mean nothing to this program mean nothing.
public struct DashboardLook: Codable, Equatable, Sendable {
    public var filter = ""
    public var sort = "name"
    public var isAscending = true
    public var tree = PeerGrouping.none.rawValue
    public var columns: [String]

    public init(columns: [String]) { self.columns = columns }
}

/// The looks of one run.
struct DashboardLooks: Sendable {
    /// As they are remembered beyond it.
    var kept: [MeshScope: DashboardLook] = [:]
    /// As they were when they were kept last, or left: what a person changed is what differs.
    var shown: [MeshScope: DashboardLook] = [:]
    var chosen: [MeshScope: PeerRows.ID] = [:]
}

extension DashboardState {
    var look: DashboardLook {
        var look = DashboardLook(columns: columns)
        look.filter = filter.text
        look.sort = rows.shape.column
        look.isAscending = rows.shape.order.isAscending
        look.tree = rows.shape.grouping.rawValue
        return look
    }

    /// What earlier runs remembered, before anything is chosen.
    public mutating func recall(_ looks: [MeshScope: DashboardLook]) {
        self.looks.kept = looks
        if let look = looks[scope] { replaceRows(shape: take(look)) }
        settleLook()
    }

    /// What is shown now was not chosen by a person at a key, and is not to be remembered.
    public mutating func settleLook() { looks.shown[scope] = look }

    /// What a person changed since it was kept last.
    public mutating func keepLook() -> DashboardEffect? {
        let now = look
        let before = looks.shown[scope] ?? now
        guard now != before else { return nil }
        var kept =
            looks.kept[scope]
            ?? DashboardLook(columns: PeerColumn.usual(severalMeshes: meshesInSight.count > 1))
        if now.filter != before.filter { kept.filter = now.filter }
        if now.tree != before.tree { kept.tree = now.tree }
        if now.columns != before.columns { kept.columns = now.columns }
        if now.sort != before.sort || now.isAscending != before.isAscending {
            (kept.sort, kept.isAscending) = (now.sort, now.isAscending)
        }
        looks.shown[scope] = now
        looks.kept[scope] = kept
        return .keep(kept, of: scope)
    }

    /// Does what an input asks for. What it changed is kept when the field or the overlay closes,
    /// and when the person leaves: not with each letter.
    mutating func keepingLook(
        _ body: (inout DashboardState) -> [DashboardEffect]
    ) -> [DashboardEffect] {
        let wasOpen = isFiltering || !overlays.isEmpty
        let effects = body(&self)
        let isClosed = wasOpen && !isFiltering && overlays.isEmpty
        guard isClosed || effects.contains(.leave), let keeping = keepLook() else { return effects }
        return [keeping] + effects
    }

    /// Other meshes. What is known of those that go out of sight is known on, and they are found
    /// again as they were left.
    public mutating func look(at new: MeshScope) -> [DashboardEffect] {
        guard new != scope else { return [] }
        let keeping = keepLook()
        let selected = selected
        let old = look
        looks.chosen[scope] = chosen
        scope = new
        let next = looks.shown[new] ?? looks.kept[new] ?? carried(old)
        replaceRows(shape: take(next))
        feed = FeedPlace()
        top = 0
        let same = selected.flatMap { isInSight($0.mesh) ? rows.row(of: $0) : nil }
        let before = looks.chosen[new].flatMap { rows.place(of: $0) == nil ? nil : $0 }
        chosen = same ?? before
        if looks.shown[new] == nil { settleLook() }
        showChosen()
        // Of the moment that is looked at, what is known of these has to be asked for.
        return (keeping.map { [$0] } ?? []) + meshesInSight.map { .watch($0.mesh) }
            + (isLive ? [] : look(.at(now)))
    }

    /// Where nothing is remembered: as it is now, without the filter.
    private func carried(_ look: DashboardLook) -> DashboardLook {
        var look = look
        let isSeveral = meshesInSight.count > 1
        look.filter = ""
        if !isSeveral {
            look.columns.removeAll { $0 == "mesh" }
            if look.tree == PeerGrouping.mesh.rawValue { look.tree = PeerGrouping.none.rawValue }
        } else if !look.columns.contains("mesh") {
            look.columns.insert("mesh", at: min(1, look.columns.count))
        }
        return look
    }

    /// Makes everything but the rows as a look has it, and returns their shape.
    private mutating func take(_ look: DashboardLook) -> PeerRows.Shape {
        show(columns: look.columns)
        filter = FieldText(look.filter, limit: 200)
        isFiltering = false
        var shape = rows.shape
        shape.filter = PeerFilter(filter.text)
        shape.order.isAscending = look.isAscending
        if PeerColumn.called(look.sort) != nil { shape.column = look.sort }
        shape.grouping = PeerGrouping(rawValue: look.tree) ?? .none
        return shape
    }
}
