import Keys

extension Terminal {
    func readInput() {
        reader = InputReader(
            descriptor: input, keys: KeySequences(capabilities.entry),
            onTokens: { [weak self] in self?.take($0) }, onEnd: { [weak self] in self?.end() })
    }

    private func take(_ tokens: [InputDecoder.Token]) {
        for token in tokens {
            if case .background(let isLight) = token {
                awaitsAnswer = false
                onEvent?(.background(isLight: isLight))
            }
            guard case .event(let event) = token else { continue }
            if event == .key(.control("z")) {
                suspend()
                // What was read together with ^Z was meant for what was on the screen then.
                return
            }
            onEvent?(.input(event))
            guard reader != nil else { return }
        }
    }

    private func end() {
        reader?.cancel()
        reader = nil
        onEvent?(.closed)
    }
}
