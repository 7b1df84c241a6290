// swift-tools-version: 6.2
import PackageDescription

// The rooms of the house, in order: a room may use only rooms that stand above it.
// Tests/Architecture holds this file and every `import` to that rule.

let strict: [SwiftSetting] =
    Context.environment["SKEIN_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]
// `make fuzz` alone: what is compiled tells libFuzzer which way it went, and lets itself be seen.
let isFuzzed = Context.environment["SKEIN_FUZZ"] != nil
let traced: [SwiftSetting] = isFuzzed ? [.unsafeFlags(["-sanitize=fuzzer", "-enable-testing"])] : []
let house: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")] + strict + traced

func room(_ name: String, _ uses: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: uses, swiftSettings: house)
}

func tests(_ room: String, _ uses: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(room)Tests", dependencies: uses, path: "Tests/\(room)", exclude: exclude,
        swiftSettings: house)
}

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let tls = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]
let webSocket: [Target.Dependency] =
    nio + [
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOWebSocket", package: "swift-nio"),
    ]

// Homebrew's ncurses is not where the compiler looks; Linux's is, and its pkg-config file has flags
// that the package manager warns of.
#if os(macOS)
    let ncursesPackage: String? = "ncursesw"
#else
    let ncursesPackage: String? = nil
#endif

let package = Package(
    name: "skein",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "skein", targets: ["skein"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.1.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CNcurses", pkgConfig: ncursesPackage,
            providers: [.apt(["libncurses-dev"]), .brew(["ncurses"])]),
        .systemLibrary(
            name: "CSodium", pkgConfig: "libsodium",
            providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
        .target(name: "CSystemCalls"),
        .target(name: "CTerminalGuard"),

        room("Redaction"),
        room("Hook", ["Redaction"]),
        room("Text"),
        room("Wording"),
        room("Surface", ["Text"]),
        .target(
            name: "ThemeFiles", path: "Themes",
            resources: [
                .embedInCode("skein.toml"), .embedInCode("paper.toml"),
                .embedInCode("contrast.toml"), .embedInCode("colorblind.toml"),
                .embedInCode("mono.toml"),
            ],
            swiftSettings: house),
        room("Themes", ["Surface", "ThemeFiles", toml]),
        room("Widgets", ["Text", "Surface"]),
        room("Keys", ["Wording"]),
        room("Flow"),
        room("Mesh"),
        room("MeshCrypto", ["CSodium", "Mesh"]),
        room("MeshProtocol", ["Mesh"]),
        room("Home", ["CSystemCalls", "Mesh", "MeshProtocol", toml]),
        room("BrokerEngine", ["Mesh", "MeshProtocol"]),
        room(
            "Database", ["Mesh", "MeshCrypto", "MeshProtocol", "Home", "BrokerEngine", grdb]),
        room("Session", ["Flow", "Mesh", "MeshProtocol"]),
        room("Connection", ["Mesh", "MeshCrypto", "MeshProtocol", tls] + webSocket),
        room("Accounts", ["Mesh", "MeshCrypto", "MeshProtocol", "Home", "Connection"]),
        room(
            "Invites",
            ["Mesh", "MeshCrypto", "MeshProtocol", "Home", "Database", "Connection"]),
        room(
            "Broker",
            ["Mesh", "MeshCrypto", "MeshProtocol", "BrokerEngine", deque, logging, tls]
                + webSocket),
        room("Agents", ["Text", "Mesh", "MeshProtocol"]),
        room(
            "Relay",
            [
                "CSystemCalls", "Mesh", "MeshCrypto", "MeshProtocol", "Home", "BrokerEngine",
                "Database", "Connection", "Broker", "Agents", "Redaction", logging,
            ] + nio),
        room("RelayClient", ["CSystemCalls", "Mesh", "MeshProtocol", "Home"]),
        room("Terminal", ["CNcurses", "CTerminalGuard", "Text", "Surface", "Themes", "Keys"]),
        room(
            "Onboarding",
            [
                "Text", "Wording", "Surface", "Widgets", "Keys", "Flow", "Mesh", "MeshProtocol", "Session",
                "Agents",
            ]),
        room(
            "Dashboard",
            [
                "Text", "Wording", "Surface", "Widgets", "Keys", "Flow", "Mesh", "MeshProtocol", "Session",
                deque,
            ]),
        room(
            "Plain",
            ["Text", "Flow", "Mesh", "MeshProtocol", "Session", "Onboarding", "Dashboard"]),
        room(
            "Launch",
            [
                "CSystemCalls", "Mesh", "MeshCrypto", "MeshProtocol", "Home", "Database", "Session",
                "Accounts", "Agents", "RelayClient", "Terminal",
            ]),
        room(
            "Demo",
            [
                "CSystemCalls", "Mesh", "MeshCrypto", "MeshProtocol", "Home", "BrokerEngine",
                "Database", "Connection", "Relay", "RelayClient",
            ]),
        .executableTarget(
            name: "skein",
            dependencies: [
                "CSystemCalls", "Hook", "Text", "Wording", "Surface", "Themes", "Widgets", "Keys", "Flow", "Mesh",
                "MeshCrypto", "MeshProtocol", "Home", "BrokerEngine", "Database", "Session",
                "Connection", "Accounts", "Invites", "Broker", "Agents", "Relay", "RelayClient", "Terminal",
                "Onboarding", "Dashboard", "Plain", "Launch", "Demo", argumentParser, logging,
            ],
            swiftSettings: house),

        // What the tests share, and the programs they start.
        .target(name: "CTestSupport", path: "Tests/CSupport"),
        .target(
            name: "TestSupport", dependencies: ["CTestSupport"], path: "Tests/Support",
            swiftSettings: house),
        .target(
            name: "EngineContract", dependencies: ["BrokerEngine", "Mesh", "MeshProtocol"],
            path: "Tests/EngineContract", swiftSettings: house),
        .target(
            name: "MemoryStore",
            dependencies: ["BrokerEngine", "Mesh", "MeshCrypto", "MeshProtocol"],
            path: "Tests/MemoryStore", swiftSettings: house),
        .executableTarget(
            name: "TerminalFixture",
            dependencies: ["Terminal", "Keys", "Surface", "Themes", "Text"],
            path: "Tests/TerminalFixture", swiftSettings: house),
        .executableTarget(
            name: "RelayFixture", dependencies: ["Demo", "Home", "Mesh", "MeshProtocol", "Relay"],
            path: "Tests/RelayFixture", swiftSettings: house),
        .executableTarget(
            name: "Chaos",
            dependencies: [
                "BrokerEngine", "Database", "Home", "Mesh", "MeshCrypto", "MeshProtocol",
                "RelayFixture", "TestSupport",
            ], path: "Tests/Chaos", swiftSettings: house),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "CTestSupport", "Text", "Surface", "Keys", "Mesh", "MeshCrypto", "MeshProtocol",
                "Home", "BrokerEngine", "Database", "Session", "RelayClient", "Dashboard",
            ] + nio,
            path: "Tests/Benchmarks", swiftSettings: house),

        tests("Architecture", ["Keys", "MeshProtocol"]),
        tests("Redaction", ["Redaction"]),
        tests("Hook", ["Hook", "Mesh", "MeshProtocol", "TestSupport", "skein"]),
        tests("Wording", ["Wording", "Dashboard", "TestSupport"]),
        tests("Text", ["Text", "TestSupport"]),
        tests("Surface", ["Text", "Surface", "TestSupport"]),
        tests("Themes", ["Surface", "Themes", "ThemeFiles"]),
        tests("Widgets", ["Text", "Surface", "Widgets", "TestSupport"]),
        tests("Keys", ["Keys"]),
        tests("Flow", ["Flow", "TestSupport"]),
        tests("Session", ["Flow", "Mesh", "MeshProtocol", "Session"]),
        tests("Mesh", ["Mesh", "TestSupport"]),
        tests("MeshCrypto", ["MeshCrypto", "Mesh"]),
        tests("MeshProtocol", ["MeshProtocol", "Mesh"]),
        tests(
            "Broker",
            [
                "Broker", "BrokerEngine", "CSodium", "Database", "EngineContract",
                "MemoryStore", "Mesh", "MeshCrypto", "MeshProtocol", "TestSupport", logging, tls,
                grdb,
            ] + webSocket),
        tests(
            "Connection",
            [
                "Connection", "Broker", "BrokerEngine", "Database", "Mesh", "MeshCrypto",
                "MeshProtocol", logging,
            ] + webSocket),
        tests(
            "Accounts",
            ["Accounts", "Connection", "Home", "Mesh", "MeshProtocol", "TestSupport"]),
        tests(
            "Invites",
            [
                "Invites", "Connection", "Database", "Home", "Mesh", "MeshCrypto", "MeshProtocol",
                "TestSupport",
            ]),
        tests("Home", ["Home", "MeshProtocol", "Mesh", "TestSupport"]),
        tests(
            "Database",
            [
                "Database", "BrokerEngine", "EngineContract", "Home", "MeshProtocol", "Mesh",
                "TestSupport", grdb,
            ]),
        tests("RelayClient", ["RelayClient", "Home", "MeshProtocol", "Mesh", "TestSupport"]),
        tests(
            "Relay",
            [
                "Relay", "RelayClient", "Connection", "Broker", "BrokerEngine", "Home", "Database",
                "Agents", "MeshCrypto", "MeshProtocol", "Mesh", "RelayFixture", "TestSupport",
                "skein", logging,
            ] + nio),
        tests(
            "Demo",
            [
                "Demo", "Relay", "RelayClient", "Home", "MeshProtocol", "Mesh", "RelayFixture",
                "TestSupport",
            ]),
        tests(
            "Terminal",
            [
                "CNcurses", "CTerminalGuard", "Surface", "Themes", "Keys", "Terminal",
                "TestSupport", "TerminalFixture",
            ]),
        tests("Agents", ["Agents", "Mesh", "MeshProtocol"]),
        tests(
            "Launch",
            [
                "Accounts", "Agents", "Connection", "Database", "Flow", "Home", "Launch", "Mesh",
                "MeshCrypto", "MeshProtocol", "Session", "TestSupport",
            ]),
        tests(
            "Onboarding",
            [
                "Text", "Surface", "Keys", "Flow", "Mesh", "MeshProtocol", "Session", "Onboarding",
                "TestSupport",
            ], exclude: ["Golden"]),
        tests(
            "Dashboard",
            [
                "Text", "Wording", "Surface", "Themes", "Keys", "Flow", "Mesh", "MeshProtocol", "Session",
                "Dashboard", "TestSupport",
            ], exclude: ["Golden"]),
        tests(
            "EndToEnd",
            [
                "Chaos", "CSodium", "Dashboard", "Database", "Home", "Keys", "Mesh", "MeshCrypto",
                "MeshProtocol", "TestSupport", "skein",
            ]),
        tests("skein", ["Home", "Mesh", "MeshProtocol", "TestSupport", "skein"]),
        tests("Plain", ["Flow", "Mesh", "MeshProtocol", "Onboarding", "Plain", "Session"]),
    ],
    swiftLanguageModes: [.v6]
)

if isFuzzed {
    package.targets.append(
        .executableTarget(
            name: "FrameFuzzer",
            dependencies: [
                "Broker", "BrokerEngine", "MemoryStore", "Mesh", "MeshCrypto", "MeshProtocol",
            ],
            path: "Tests/Fuzz/FrameFuzzer", swiftSettings: house,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])]))
}
