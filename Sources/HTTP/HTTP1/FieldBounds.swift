/// Where a field's name and value lie, and where the next line begins.
///
/// Plain offsets: a trailer may lie farther into a buffer than a `Slice` can say.
struct FieldBounds: BitwiseCopyable {
    let name: Int
    let nameEnd: Int
    let value: Int
    let valueEnd: Int
    let next: Int
}
