/// What a broker with accounts answers beside the rest.
extension Route {
    static let withAccounts = all + accounts

    private static let accounts = [
        Route(.GET, "/.well-known/oauth-authorization-server") {
            $0.showAuthorizationServer($1, at: $2)
        },
        Route(.POST, "/oauth/device_authorization") { $0.authorizeDevice($1, at: $2) },
        Route(.POST, "/oauth/token") { $0.giveToken($1, at: $2) },
        Route(.POST, "/oauth/revoke") { $0.revokeByToken($1, at: $2) },
        Route(.POST, "/api/v1/session/refresh") { $0.refreshToken($1, at: $2) },
        Route(.GET, "/api/v1/account") { $0.showAccount($1, at: $2) },
        Route(.GET, "/api/v1/tokens") { $0.listTokens($1, at: $2) },
        Route(.POST, "/api/v1/tokens") { $0.makeToken($1, at: $2) },
        Route(.DELETE, "/api/v1/tokens/:token") { $0.removeToken($1, at: $2) },
        Route(.GET, "/api/v1/meshes") { $0.listMeshes($1, at: $2) },
        Route(.POST, "/api/v1/meshes") { $0.makeMesh($1, at: $2) },
        Route(.POST, "/api/v1/meshes/:mesh/join") { $0.joinMesh($1, at: $2) },
        Route(.POST, "/api/v1/meshes/:mesh/archive") { $0.archiveMesh($1, at: $2) },
        Route(.GET, "/device") { $0.showDevicePage($1, at: $2) },
        Route(.POST, "/device") { $0.decideDevice($1, at: $2) },
        Route(.GET, "/signin") { $0.showSignIn($1, at: $2) },
        Route(.POST, "/signin") { $0.signIn($1, at: $2) },
        Route(.GET, "/register") { $0.showRegistration($1, at: $2) },
        Route(.POST, "/register") { $0.register($1, at: $2) },
        Route(.POST, "/signout") { $0.signOut($1, at: $2) },
        Route(.GET, "/account") { $0.showAccountPage($1, at: $2) },
        Route(.POST, "/account/tokens/:token/revoke") { $0.revokeOnPage($1, at: $2) },
    ]
}
