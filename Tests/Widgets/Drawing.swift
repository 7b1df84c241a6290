import Surface
import Text

/// Draws into a grid of a size and returns it.
func drawn(
    _ columns: Int, _ rows: Int, _ draw: (inout Grid, Rect) -> Void
) -> Grid {
    var grid = Grid(Size(columns: columns, rows: rows))
    let area = grid.bounds
    draw(&grid, area)
    return grid
}

extension Grid {
    /// The roles of a row's cells, one after another, without repeats.
    func roles(row: Int) -> [Role] {
        (0..<size.columns).reduce(into: []) { roles, column in
            let role = self[column, row].style.role
            if roles.last != role { roles.append(role) }
        }
    }

    /// The rows that hold any cell of a role.
    func rows(of role: Role) -> [Int] {
        (0..<size.rows).filter { roles(row: $0).contains(role) }
    }
}
