pub mod redeem;
pub mod validate;
